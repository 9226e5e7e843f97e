/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A doctor asks one question after the other: each is a row of a table (doctor_table.c), with a
 * function that answers it from facts that were read before. A fact that could not be read is an
 * answer too: it is told once, and nothing is guessed.
 */
#ifndef IGDROM_HOST_DOCTOR_H
#define IGDROM_HOST_DOCTOR_H

#include "host/lines.h"

#include <igdrom/device.h>
#include <igdrom/host.h>

#define DOCTOR_ARGS       5
#define DOCTOR_WORDS      400 /* bytes of one argument */
#define DOCTOR_DIRECTIVES 4096
#define DOCTOR_FILES      256 /* in one directory */
#define DOCTOR_MAX_FILE   (1u << 20)

enum doctor_answer {
	DOCTOR_SILENT, /* the question does not come up on this machine */
	DOCTOR_BAD,
	DOCTOR_FINE,
	DOCTOR_UNKNOWN,
};

/* The arguments of the sentence that is the answer. */
struct doctor_words {
	char text[DOCTOR_ARGS][DOCTOR_WORDS];
	struct igdrom_finding_arg args[DOCTOR_ARGS];
	size_t count;
	const char *code; /* of another finding than the table's; NULL: of that */
};

/* What the GPU is for. */
enum doctor_purpose {
	DOCTOR_WHOLE, /* as a whole, for one virtual machine */
	DOCTOR_PARTS, /* virtual functions or mediated devices: the host keeps the GPU itself */
};

/* A line of modprobe.d, or a word of the kernel command line that says the same. */
struct doctor_directive {
	char *file;
	char *verb;   /* "options", "blacklist", "softdep" */
	char *module; /* '-' for '_' */
	char *rest;   /* words with one blank between them */
	bool booted;  /* told by the running kernel's command line */
};

/* What is found in files beside those of a scan. */
struct doctor_files {
	struct doctor_directive *directives;
	size_t directive_count;
	bool modprobe_known;
	char misnamed[DOCTOR_WORDS]; /* files of modprobe.d that modprobe passes over */
	char strange[DOCTOR_WORDS];  /* lines that begin with no word of modprobe.d */
	bool early;                  /* vfio-pci is loaded before drivers are looked for */
	bool virqfd;                 /* a module list names vfio_virqfd */
	char newest[DOCTOR_WORDS];   /* file that was changed last of those in an initramfs */
	char initramfs[DOCTOR_WORDS];
	enum igdrom_tristate stale;    /* the initramfs is older than that file */
	char line_file[DOCTOR_WORDS];  /* where the command line of the next start is kept */
	char *line;                    /* what it says; NULL: not known */
	char other_file[DOCTOR_WORDS]; /* that this boot loader does not read */
	char *other;
};

struct doctor {
	const struct igdrom_host *host;
	const struct igdrom_vm_request *wish; /* or NULL */
	struct igdrom_vm_request *request;    /* the wish and what the machine tells; owned */
	struct igdrom_report *report;
	int root; /* descriptor; -1: there are no files */
	const struct igdrom_pci_function *igd, *audio;
	const struct igdrom_device *device; /* NULL: no row for the GPU */
	enum doctor_purpose purpose;
	bool sure; /* somebody said so, or a virtual machine does */
	struct doctor_files files;
	bool *no_memory; /* set when it ran out: nothing is guessed then */
};

typedef enum doctor_answer doctor_ask(const struct doctor *doctor, struct doctor_words *words);

enum doctor_need {
	DOCTOR_ANY,     /* machine */
	DOCTOR_GPU,     /* a machine with an integrated GPU */
	DOCTOR_GIVEN,   /* the GPU is for a virtual machine as a whole */
	DOCTOR_DIVIDED, /* parts of it are */
};

struct doctor_question {
	const char *bad;   /* code of the finding, or NULL */
	const char *fine;  /* the same */
	const char *about; /* what it is about, for a list of things that are not known */
	enum doctor_need need;
	doctor_ask *ask;
};

/* The same for a virtual machine that is given the GPU. */
typedef enum doctor_answer doctor_ask_vm(const struct doctor *doctor,
					 const struct igdrom_host_vm *vm,
					 struct doctor_words *words);

struct doctor_vm_question {
	const char *bad;
	const char *fine;
	const char *about;
	doctor_ask_vm *ask;
};

extern const struct doctor_question doctor_questions[];
extern const size_t doctor_question_count;
extern const struct doctor_vm_question doctor_vm_questions[];
extern const size_t doctor_vm_question_count;

/* doctor.c: arguments in the order of the catalogue. */
void doctor_text(struct doctor_words *words, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void doctor_number(struct doctor_words *words, uint64_t number);
/* Adds a word to a list "a, b"; a list that is full ends in ", ...". */
void doctor_list(char *list, size_t room, const char *word);

/* An errno that came of looking; that memory ran out is noted. */
int doctor_noted(const struct doctor *doctor, int error);

/* doctor_files.c, doctor_boot.c */
void doctor_read_files(struct doctor *doctor);
void doctor_read_boot(struct doctor *doctor);
void doctor_free_files(struct doctor_files *files);
/* Adds the words of a kernel command line that modprobe.d could say as well. */
void doctor_add_line(struct doctor *doctor, const char *line, const char *file, bool booted);

/* doctor_words.c: what the directives tell. */
/* The value of the n-th option of a module that is told; NULL when there are no more. */
const char *doctor_option(const struct doctor *doctor, const char *module, const char *option,
			  size_t n, const struct doctor_directive **where);
/* Whether a module is kept from being loaded by itself. */
const struct doctor_directive *doctor_blacklists(const struct doctor *doctor, const char *module);
/* Whether the options of vfio-pci name a device id. */
const struct doctor_directive *doctor_takes(const struct doctor *doctor, struct igdrom_pci_id id);
/* Whether vfio-pci is loaded before a module. */
bool doctor_before(const struct doctor *doctor, const char *module);
/* Whether a command line has a word ("intel_iommu=on"), also within a list ("intel_iommu=on,sm_on"). */
bool doctor_line_has(const char *line, const char *key, const char *value);
/* Commands of this distribution. */
const char *doctor_rebuild(const struct doctor *doctor);    /* an initramfs */
const char *doctor_write_line(const struct doctor *doctor); /* takes the command line over */
const char *doctor_enable_ssh(const struct doctor *doctor, bool installed);
bool doctor_is(const struct doctor *doctor, const char *distribution);
/* -1: the kernel is older; 1: it is not; 0: not known. */
int doctor_kernel_is(const struct doctor *doctor, const char *least);
const char *doctor_qemu_text(const struct doctor *doctor); /* NULL: not known */
/* As doctor_kernel_is(), for QEMU. */
int doctor_qemu_is(const struct doctor *doctor, const char *least);
/* The driver that is bound to the GPU makes a picture for the host. */
bool doctor_has_driver(const struct doctor *doctor);

#define DOCTOR_ASK(name) \
	enum doctor_answer name(const struct doctor *doctor, struct doctor_words *words)
/* doctor_gpu.c */
DOCTOR_ASK(doctor_igd);
DOCTOR_ASK(doctor_row);
DOCTOR_ASK(doctor_class_kernel);
DOCTOR_ASK(doctor_class_qemu);
DOCTOR_ASK(doctor_class);
DOCTOR_ASK(doctor_opregion);
DOCTOR_ASK(doctor_stolen);
DOCTOR_ASK(doctor_stolen_wish);
DOCTOR_ASK(doctor_ivd);
DOCTOR_ASK(doctor_vfs);
DOCTOR_ASK(doctor_uefi);
DOCTOR_ASK(doctor_legacy);
DOCTOR_ASK(doctor_monitor);
/* doctor_iommu.c */
DOCTOR_ASK(doctor_iommu_told_off);
DOCTOR_ASK(doctor_iommu_firmware);
DOCTOR_ASK(doctor_iommu_line);
DOCTOR_ASK(doctor_iommu_gpu);
DOCTOR_ASK(doctor_iommu);
DOCTOR_ASK(doctor_width);
DOCTOR_ASK(doctor_vtx);
/* doctor_driver.c */
DOCTOR_ASK(doctor_vf_missing);
DOCTOR_ASK(doctor_disable_vga);
DOCTOR_ASK(doctor_bound);
DOCTOR_ASK(doctor_part_driver);
DOCTOR_ASK(doctor_not_taken);
DOCTOR_ASK(doctor_order);
DOCTOR_ASK(doctor_half_blacklist);
DOCTOR_ASK(doctor_sound);
DOCTOR_ASK(doctor_frame);
/* doctor_modprobe.c */
DOCTOR_ASK(doctor_misnamed);
DOCTOR_ASK(doctor_strange);
DOCTOR_ASK(doctor_ids_syntax);
DOCTOR_ASK(doctor_ids_absent);
DOCTOR_ASK(doctor_ids_twice);
DOCTOR_ASK(doctor_virqfd);
DOCTOR_ASK(doctor_stale);
DOCTOR_ASK(doctor_reboot);
DOCTOR_ASK(doctor_loader);
/* doctor_group.c */
DOCTOR_ASK(doctor_group_disk);
DOCTOR_ASK(doctor_group_network);
DOCTOR_ASK(doctor_group);
DOCTOR_ASK(doctor_sound_group);
/* doctor_system.c */
DOCTOR_ASK(doctor_way_in);
DOCTOR_ASK(doctor_qemu);
DOCTOR_ASK(doctor_plan);
DOCTOR_ASK(doctor_shared);

#endif
