/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What both modules for SWIG share, igdrom.i and igdrom_host.i. It is the same for all languages. How
 * values cross is in LANGUAGE/typemaps.i, which defines typemaps for these parameter patterns:
 *
 *	(const void *DATA, size_t SIZE)            bytes in, borrowed for the call
 *	(const void *DATA_OR_NONE, size_t SIZE)    the same, or none
 *	(const uint16_t *NUMBERS, size_t COUNT)    list of ids in, may be empty
 *	(const struct NAME *const *OBJECTS, size_t COUNT)
 *	                                           list of objects in; %igdrom_list(NAME) declares it
 *	(const struct NAME *const *OBJECTS, const char *const *NAMES, size_t COUNT)
 *	                                           list of pairs, an object or none and a text, in;
 *	                                           %igdrom_named_list(NAME) declares it
 *	(const struct igdrom_finding_arg *ARGS, size_t COUNT)
 *	                                           list of numbers and texts in
 *	(igdrom_progress *PROGRESS, void *USER)    function of the target language, or none; the object
 *	                                           that it is set in must not outlive it
 *	(const char *const *WORDS)                 list of texts in; (const char *const *MAYBE_WORDS) may
 *	                                           be none
 *	const char *                               UTF-8 text, or none
 *	SWIGTYPE **OWNED, SWIGTYPE **STATIC        object out, with or without its destructor
 *	struct igdrom_bytes *OWNED, *BORROWED      bytes out, freed after copying or not
 *	char **OWNED                               text out, freed after copying
 *	uint16_t *OUT, uint64_t *OUT, size_t *OUT  number out
 *	enum igdrom_status                         result: an exception unless IGDROM_OK
 *	enum igdrom_tristate                       result: yes, no or nothing
 *	struct igdrom_bytes, struct igdrom_id_range
 *	                                           result by value: bytes; pair of numbers
 *	const struct igdrom_pci_address *          domain, bus, device, function in; or none
 *	struct igdrom_pci_address, struct igdrom_pci_id, struct igdrom_pci_bar, struct igdrom_igd_memory
 *	                                           result by value or out: its members in their order; of
 *	                                           the last: GGC, VGA disabled, GMS, GGMS, BDSM, ASLS,
 *	                                           none for each that is not known
 */
#ifndef IGDROM_SHARED_I
#define IGDROM_SHARED_I

#ifndef SWIGPYTHON
#error "this language has no typemaps yet"
#endif

#ifdef SWIGPYTHON
%include "python/typemaps.i"
#endif

/* SWIG keeps tags and functions in one name space; C does not, and some share a name. */
%rename("%s_enum", %$isenum) "";
%rename("%s_object", %$isclass) "";

/* Results are freed by their owner's destructor or by the typemap that copied them. */
%ignore igdrom_bytes;
%ignore igdrom_bytes_free;
%ignore igdrom_string_free;
%ignore igdrom_id_range;
%ignore igdrom_finding_arg;

/* An object that the caller owns: freed when the last reference to it goes. */
%define %igdrom_freed_by(name, destructor)
%nodefaultctor name;
%ignore destructor;
struct name {
	%extend {
		~name() { destructor($self); }
	}
};
%enddef
%define %igdrom_owned(name)
%igdrom_freed_by(name, name ## _free)
%enddef

/* An object that belongs to the library or to another object. The destructor is there for SWIG's
 * Python types, which leak the proxy of a class that has none. */
%define %igdrom_borrowed(name)
%nodefaultctor name;
struct name {
	%extend {
		~name() { (void)$self; }
	}
};
%enddef

%apply (const void *DATA, size_t SIZE) {
	(const void *data, size_t size), (const void *log, size_t size),
	(const void *file, size_t size), (const void *pe, size_t size),
	(const void *image, size_t size), (const void *text, size_t size),
	(const void *rom, size_t size)
};
%apply (const void *DATA_OR_NONE, size_t SIZE) {
	(const void *existing, size_t existing_size), (const void *old, size_t old_size),
	(const void *rom, size_t rom_size)
};
%apply char **OWNED { char **out };

#endif
