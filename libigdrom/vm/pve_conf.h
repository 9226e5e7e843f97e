/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A configuration of Proxmox VE as lines, and values as comma-separated properties
 * (src/PVE/QemuServer.pm parse_vm_config(), PVE::JSONSchema::parse_property_string()).
 */
#ifndef IGDROM_VM_PVE_CONF_H
#define IGDROM_VM_PVE_CONF_H

#include <igdrom/report.h>

#include <stdbool.h>

/* Lines "key: value" that are kept; more is IGDROM_E_LIMIT. */
#define PVE_MAX_LINES   8192
#define PVE_MAX_HOSTPCI 16
#define PVE_KEY_ROOM    16

/* Bytes of a text, without a NUL behind them. */
struct pve_span {
	const char *s;
	size_t size;
};

struct pve_line {
	struct pve_span key;
	struct pve_span value; /* without blanks around it */
	size_t at;             /* offset of the line */
	size_t value_at;
	size_t end; /* behind its newline */
};

struct pve_conf {
	const char *text;
	size_t size;
	struct pve_line *lines; /* of the head, which is what counts; then of [PENDING] */
	size_t head_count;
	size_t count;
	size_t snapshots;
	size_t pending_at; /* offset of [PENDING]; size: there is none */
};

/*
 * Takes a configuration apart; borrows text. IGDROM_E_NOT_RECOGNIZED: not one line of the head is
 * "key: value". The caller frees out, whatever is returned.
 */
enum igdrom_status pve_conf_parse(const char *text, size_t size, struct igdrom_report *report,
				  struct pve_conf *out) IGDROM_MUST_CHECK;
void pve_conf_free(struct pve_conf *conf);

/* The line of the head that holds: the last one with this key; NULL: none. */
const struct pve_line *pve_conf_find(const struct pve_conf *conf, const char *key);
/* The same of "hostpci5" and the like. */
const struct pve_line *pve_conf_find_numbered(const struct pve_conf *conf, const char *key,
					      unsigned number);

/* One property of a value. */
struct pve_part {
	struct pve_span key;   /* no bytes: the default key is meant */
	struct pve_span value; /* no bytes: Proxmox VE does not take the whole value */
	struct pve_span whole;
};

/* The property at value[*i], which moves on behind it; false: there is none any more. */
bool pve_next_part(struct pve_span value, size_t *i, struct pve_part *out);
/* The value of a property; no bytes: it is not there. default_key: of a value without key, or NULL. */
struct pve_span pve_property(struct pve_span value, const char *key, const char *default_key);

bool pve_is(struct pve_span span, const char *text);
bool pve_begins(struct pve_span span, const char *text);
/* A boolean as Proxmox VE takes it; false: it is none. */
bool pve_boolean(struct pve_span span, bool *value);
/* The same of a property, with what holds when it is not there. */
bool pve_property_on(struct pve_span value, const char *key, const char *default_key, bool absent);

#endif
