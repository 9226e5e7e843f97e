/* SPDX-License-Identifier: BSD-2-Clause */
/* What modules and the kernel are told, and the commands of a distribution. */
#include "host/doctor.h"

#include "host/prepare.h"

#include <stdio.h>
#include <stdlib.h>

static bool is_boundary(char c)
{
	return c == ' ' || c == '\0';
}

/* The last place in "a=1 b=2" where the option stands as a word; behind its "=". */
static const char *find_option(const char *words, const char *option)
{
	size_t size = strlen(option);

	for (const char *at = strstr(words, option); at; at = strstr(at + 1, option)) {
		if ((at == words || at[-1] == ' ') && at[size] == '=')
			return at + size + 1;
	}
	return NULL;
}

const char *doctor_option(const struct doctor *doctor, const char *module, const char *option,
			  size_t n, const struct doctor_directive **where)
{
	for (size_t i = 0; i < doctor->files.directive_count; i++) {
		const struct doctor_directive *told = &doctor->files.directives[i];
		const char *value;

		if (strcmp(told->verb, "options") != 0 || strcmp(told->module, module) != 0)
			continue;
		value = find_option(told->rest, option);
		while (value && n--)
			value = find_option(value, option);
		if (!value)
			continue;
		*where = told;
		return value;
	}
	return NULL;
}

const struct doctor_directive *doctor_blacklists(const struct doctor *doctor, const char *module)
{
	for (size_t i = 0; i < doctor->files.directive_count; i++) {
		const struct doctor_directive *told = &doctor->files.directives[i];

		if (!strcmp(told->module, module) &&
		    (!strcmp(told->verb, "blacklist") ||
		     (!strcmp(told->verb, "install") &&
		      prep_does_nothing(told->rest, strcspn(told->rest, " ")))))
			return told;
	}
	return NULL;
}

const struct doctor_directive *doctor_takes(const struct doctor *doctor, struct igdrom_pci_id id)
{
	const struct doctor_directive *where;
	const char *value;

	for (size_t n = 0; (value = doctor_option(doctor, "vfio-pci", "ids", n, &where)); n++) {
		while (!is_boundary(*value)) {
			unsigned vendor, device;

			if (sscanf(value, "%x:%x", &vendor, &device) == 2 &&
			    vendor == id.vendor_id && device == id.device_id)
				return where;
			value += strcspn(value, ", ");
			value += *value == ',';
		}
	}
	return NULL;
}

bool doctor_before(const struct doctor *doctor, const char *module)
{
	if (doctor->files.early || doctor_blacklists(doctor, module))
		return true;
	for (size_t i = 0; i < doctor->files.directive_count; i++) {
		const struct doctor_directive *told = &doctor->files.directives[i];

		if (!strcmp(told->verb, "softdep") && !strcmp(told->module, module) &&
		    strstr(told->rest, "vfio"))
			return true;
	}
	return false;
}

bool doctor_line_has(const char *line, const char *key, const char *value)
{
	struct part rest = {line, line ? strlen(line) : 0};

	for (struct part word = part_word(&rest); word.size; word = part_word(&rest)) {
		struct part name = part_until(&word, '=');

		if (!part_is(name, key))
			continue;
		while (word.size) {
			if (part_is(part_until(&word, ','), value))
				return true;
		}
	}
	return false;
}

static enum host_family family_of(const struct doctor *doctor)
{
	return host_family_of(igdrom_host_distribution(doctor->host));
}

const char *doctor_rebuild(const struct doctor *doctor)
{
	static const char *const commands[] = {
		[HOST_DEBIAN] = "\"update-initramfs -u -k all\"",
		[HOST_FEDORA] = "\"dracut --regenerate-all --force\"",
		[HOST_ARCH] = "\"mkinitcpio -P\"",
		[HOST_UNRAID] = "nothing: unraid makes none",
		[HOST_OTHER] = "what makes the initramfs of this distribution",
	};

	return commands[family_of(doctor)];
}

const char *doctor_write_line(const struct doctor *doctor)
{
	static const char *const commands[] = {
		[HOST_DEBIAN] = "\"update-grub\"",
		[HOST_FEDORA] = "\"grub2-mkconfig -o /boot/grub2/grub.cfg\"",
		[HOST_ARCH] = "\"grub-mkconfig -o /boot/grub/grub.cfg\"",
		[HOST_UNRAID] = "nothing",
		[HOST_OTHER] = "what updates the boot loader of this distribution",
	};

	if (strstr(doctor->files.line_file, "/etc/kernel/"))
		return "\"proxmox-boot-tool refresh\"";
	return commands[family_of(doctor)];
}

const char *doctor_enable_ssh(const struct doctor *doctor, bool installed)
{
	static const char *const enable[] = {
		[HOST_DEBIAN] = "\"systemctl enable --now ssh\"",
		[HOST_FEDORA] = "\"systemctl enable --now sshd\"",
		[HOST_ARCH] = "\"systemctl enable --now sshd\"",
		[HOST_UNRAID] = "Settings, Management Access, Use SSH",
		[HOST_OTHER] = "the SSH server of this distribution",
	};
	static const char *const install[] = {
		[HOST_DEBIAN] = "\"apt install openssh-server\"",
		[HOST_FEDORA] = "\"dnf install openssh-server && systemctl enable --now sshd\"",
		[HOST_ARCH] = "\"pacman -S openssh && systemctl enable --now sshd\"",
		[HOST_UNRAID] = "Settings, Management Access, Use SSH",
		[HOST_OTHER] = "an SSH server",
	};

	return (installed ? enable : install)[family_of(doctor)];
}

int doctor_kernel_is(const struct doctor *doctor, const char *least)
{
	return host_version_is(igdrom_host_kernel(doctor->host), least);
}

const char *doctor_qemu_text(const struct doctor *doctor)
{
	const char *qemu = igdrom_vm_request_get(doctor->request, "qemu");

	return qemu ? qemu : igdrom_host_qemu(doctor->host);
}

int doctor_qemu_is(const struct doctor *doctor, const char *least)
{
	return host_version_is(doctor_qemu_text(doctor), least);
}

bool doctor_has_driver(const struct doctor *doctor)
{
	const char *driver = igdrom_pci_function_driver(doctor->igd);

	return driver && (!strcmp(driver, "i915") || !strcmp(driver, "xe"));
}
