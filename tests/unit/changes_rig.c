/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/changes_rig.h"

#include "unit/findings.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define TREE_BYTES (1 << 16)

int rig_setup(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	assert_non_null(rig);
	strcpy(rig->dir, "/tmp/igdrom-changes-XXXXXX");
	assert_non_null(mkdtemp(rig->dir));
	snprintf(rig->root, sizeof(rig->root), "%s/root", rig->dir);
	snprintf(rig->journals, sizeof(rig->journals), "%s/journals", rig->dir);
	assert_int_equal(mkdir(rig->root, 0755), 0);
	rig_again(rig, rig->root);
	*state = rig;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int rig_teardown(void **state)
{
	struct rig *rig = *state;

	igdrom_changes_free(rig->changes);
	igdrom_report_free(rig->report);
	nftw(rig->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(rig);
	return 0;
}

void rig_forget(const struct rig *rig)
{
	nftw(rig->journals, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void rig_again(struct rig *rig, const char *root)
{
	igdrom_changes_free(rig->changes);
	igdrom_report_free(rig->report);
	assert_int_equal(igdrom_report_new(&rig->report), IGDROM_OK);
	assert_int_equal(igdrom_changes_new(root, rig->report, &rig->changes), IGDROM_OK);
}

const char *rig_at(const struct rig *rig, const char *path)
{
	static char buffers[4][512];
	static unsigned next;
	char *buffer = buffers[next++ % 4];

	snprintf(buffer, sizeof(buffers[0]), "%s%s", rig->root, path);
	return buffer;
}

void rig_put(const struct rig *rig, const char *path, const char *text)
{
	char whole[512];
	FILE *file;

	snprintf(whole, sizeof(whole), "%s", rig_at(rig, path));
	for (char *slash = whole + strlen(rig->root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		assert_true(mkdir(whole, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
	file = fopen(whole, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

bool rig_holds(const struct rig *rig, const char *path, const char *text)
{
	char found[65536] = "";
	FILE *file = fopen(rig_at(rig, path), "r");
	size_t size;

	if (!file || !text)
		return !file && !text;
	size = fread(found, 1, sizeof(found) - 1, file);
	fclose(file);
	return size == strlen(text) && !memcmp(found, text, size);
}

static void print(char *out, const char *format, const char *path, unsigned mode, const char *text)
{
	size_t used = strlen(out);

	snprintf(out + used, TREE_BYTES - used, format, path, mode, text);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void walk(const char *dir, const char *skip, char *out)
{
	struct dirent **entries;
	int count = scandir(dir, &entries, NULL, by_name);

	for (int i = 0; i < count; i++) {
		char path[1024], text[1024] = "";
		struct stat st;

		snprintf(path, sizeof(path), "%s/%s", dir, entries[i]->d_name);
		if (strcmp(entries[i]->d_name, ".") != 0 && strcmp(entries[i]->d_name, "..") != 0 &&
		    (!skip || strcmp(path, skip) != 0) && lstat(path, &st) == 0) {
			FILE *file = S_ISREG(st.st_mode) ? fopen(path, "r") : NULL;

			if (S_ISLNK(st.st_mode) && readlink(path, text, sizeof(text) - 1) < 0)
				text[0] = '\0';
			if (file) {
				if (fread(text, 1, sizeof(text) - 1, file) == 0)
					text[0] = '\0';
				fclose(file);
			}
			print(out, "%s %o [%s]\n", path, (unsigned)st.st_mode, text);
			if (S_ISDIR(st.st_mode))
				walk(path, skip, out);
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

char *rig_tree(const char *dir, const char *skip)
{
	char *out = calloc(1, TREE_BYTES);

	assert_non_null(out);
	walk(dir, skip, out);
	return out;
}

const char *rig_error(const struct rig *rig)
{
	for (size_t i = igdrom_report_count(rig->report); i-- > 0;) {
		const struct igdrom_finding *finding = igdrom_report_at(rig->report, i);

		if (igdrom_finding_severity(finding) == IGDROM_SEVERITY_ERROR)
			return igdrom_finding_code(finding);
	}
	return "";
}

bool rig_found(const struct rig *rig, const char *code)
{
	return find_in(rig->report, code) != NULL;
}

void rig_add(struct rig *rig, const char *path, const char *text)
{
	assert_int_equal(igdrom_changes_add_file(rig->changes, path, text, strlen(text), 0, NULL,
						 rig->report),
			 IGDROM_OK);
}

enum igdrom_status rig_apply(struct rig *rig)
{
	return igdrom_changes_apply(rig->changes,
				    igdrom_changes_captured(rig->changes) ? NULL : rig->journals,
				    rig->report);
}

enum igdrom_status rig_undo(struct rig *rig, unsigned number, bool force)
{
	bool captured = igdrom_changes_captured(rig->changes);

	return igdrom_changes_undo(captured ? rig->root : NULL, captured ? NULL : rig->journals,
				   number, force, rig->report);
}
