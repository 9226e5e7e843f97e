/* SPDX-License-Identifier: BSD-2-Clause */
/* How values cross between C and Python; the patterns are listed in igdrom.i. */
%include <stdint.i>

%begin %{
#define PY_SSIZE_T_CLEAN
%}

%{
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Raises what igdrom._errors makes of a status code; findings are added above. Python keeps names of
 * attributes in a cache: one that is made anew for each call would fill it. */
static void raise_status(enum igdrom_status status)
{
	PyObject *module = PyImport_ImportModule("igdrom._errors");
	PyObject *name = PyUnicode_InternFromString("from_status");
	PyObject *number = PyLong_FromLong(status);
	PyObject *error = NULL;

	if (module && name && number)
		error = PyObject_CallMethodObjArgs(module, name, number, NULL);
	if (error)
		PyErr_SetObject((PyObject *)Py_TYPE(error), error);
	Py_XDECREF(error);
	Py_XDECREF(number);
	Py_XDECREF(name);
	Py_XDECREF(module);
}

/* Any object with a contiguous buffer. One that can be written to is copied first: another thread
 * might change it while C reads it. */
static int take_bytes(PyObject *object, const char *name, Py_buffer *view)
{
	PyObject *copy;

	if (!PyObject_CheckBuffer(object)) {
		PyErr_Format(PyExc_TypeError, "%s: bytes are needed, not '%s'; of a file give its content",
			     name, Py_TYPE(object)->tp_name);
		return -1;
	}
	if (PyObject_GetBuffer(object, view, PyBUF_SIMPLE) != 0) {
		if (PyErr_ExceptionMatches(PyExc_BufferError))
			PyErr_Format(PyExc_BufferError,
				     "%s: the buffer is not contiguous; pass bytes(view)", name);
		return -1;
	}
	if (view->readonly)
		return 0;
	copy = PyBytes_FromStringAndSize(view->buf, view->len);
	PyBuffer_Release(view);
	if (!copy)
		return -1;
	if (PyObject_GetBuffer(copy, view, PyBUF_SIMPLE) != 0) {
		Py_DECREF(copy);
		return -1;
	}
	Py_DECREF(copy);
	return 0;
}

/* A whole number of 0 .. max; raises TypeError or OverflowError. */
static int take_number(PyObject *object, unsigned long long max, const char *name,
		       unsigned long long *out)
{
	PyObject *number = PyNumber_Index(object);
	int negative;

	if (!number) {
		PyErr_Format(PyExc_TypeError, "%s: a whole number is needed, not '%s'", name,
			     Py_TYPE(object)->tp_name);
		return -1;
	}
	*out = PyLong_AsUnsignedLongLong(number);
	negative = PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_OverflowError);
	if (negative || *out > max) {
		PyErr_Format(PyExc_OverflowError, "%s: %R is not in the range 0 to %llu", name,
			     number, max);
		Py_DECREF(number);
		return -1;
	}
	Py_DECREF(number);
	return PyErr_Occurred() ? -1 : 0;
}

/* As many whole numbers of 0 .. max each as there are names. */
static int take_numbers(PyObject *object, const char *const *names, const unsigned long long *max,
			Py_ssize_t count, unsigned long long *out)
{
	PyObject *list = PySequence_Tuple(object);
	int failed = 0;

	if (!list)
		return -1;
	if (PyTuple_GET_SIZE(list) != count) {
		PyErr_Format(PyExc_TypeError, "%zd numbers are needed, not %zd", count,
			     PyTuple_GET_SIZE(list));
		failed = -1;
	}
	for (Py_ssize_t i = 0; !failed && i < count; i++)
		failed = take_number(PyTuple_GET_ITEM(list, i), max[i], names[i], &out[i]);
	Py_DECREF(list);
	return failed;
}

/* Text or None; borrowed from the object. */
static int take_text(PyObject *object, const char *name, const char **out)
{
	Py_ssize_t size;

	*out = NULL;
	if (object == Py_None)
		return 0;
	if (!PyUnicode_Check(object)) {
		PyErr_Format(PyExc_TypeError, "%s: text is needed, not '%s'", name,
			     Py_TYPE(object)->tp_name);
		return -1;
	}
	*out = PyUnicode_AsUTF8AndSize(object, &size);
	if (!*out)
		return -1;
	if (strlen(*out) != (size_t)size) {
		PyErr_Format(PyExc_ValueError, "%s: the text has a NUL character inside", name);
		return -1;
	}
	return 0;
}

static int take_finding_arg(PyObject *object, struct igdrom_finding_arg *out)
{
	unsigned long long number = 0;

	if (PyUnicode_Check(object))
		return take_text(object, "args", &out->text);
	if (take_number(object, UINT64_MAX, "args", &number) != 0)
		return -1;
	out->number = number;
	return 0;
}

/* Calls a function of Python in a call that may have let other threads run. False from it cancels,
 * as does an exception, which stays set: the typemap of the status lets it go up. */
static bool call_progress(void *user, uint64_t done, uint64_t total)
{
	PyGILState_STATE state = PyGILState_Ensure();
	PyObject *answer = NULL;
	bool go_on;

	if (!PyErr_Occurred())
		answer = PyObject_CallFunction(user, "KK", (unsigned long long)done,
					       (unsigned long long)total);
	go_on = answer && answer != Py_False;
	Py_XDECREF(answer);
	PyGILState_Release(state);
	return go_on;
}

static PyObject *bytes_of(struct igdrom_bytes bytes)
{
	return PyBytes_FromStringAndSize((const char *)bytes.data, (Py_ssize_t)bytes.size);
}

static PyObject *yes_no_unknown(enum igdrom_tristate value)
{
	if (value == IGDROM_UNKNOWN)
		Py_RETURN_NONE;
	return PyBool_FromLong(value == IGDROM_YES);
}
%}

/* Bytes in. */
%typemap(in) (const void *DATA, size_t SIZE) (Py_buffer view = {0}) {
	if (take_bytes($input, "$1_name", &view) != 0)
		SWIG_fail;
	$1 = view.buf;
	$2 = (size_t)view.len;
}
%typemap(freearg) (const void *DATA, size_t SIZE) {
	PyBuffer_Release(&view$argnum);
}

%typemap(in) (const void *DATA_OR_NONE, size_t SIZE) (Py_buffer view = {0}) {
	if ($input != Py_None && take_bytes($input, "$1_name", &view) != 0)
		SWIG_fail;
	$1 = view.buf;
	$2 = (size_t)view.len;
}
%typemap(freearg) (const void *DATA_OR_NONE, size_t SIZE) {
	PyBuffer_Release(&view$argnum);
}

/* Whole numbers in, never cut to fit. */
%define %igdrom_number(type, max)
%typemap(in) type (unsigned long long number) {
	if (take_number($input, max, "$1_name", &number) != 0)
		SWIG_fail;
	$1 = (type)number;
}
%enddef
%igdrom_number(uint8_t, UINT8_MAX)
%igdrom_number(uint16_t, UINT16_MAX)
%igdrom_number(uint32_t, UINT32_MAX)
%igdrom_number(uint64_t, UINT64_MAX)
%igdrom_number(size_t, SIZE_MAX)
%igdrom_number(unsigned, UINT_MAX)

/* Texts; the list ends with NULL. They are kept in a tuple, which keeps them alive. */
%define %igdrom_words(pattern, none)
%typemap(in) const char *const *pattern (PyObject *list = NULL) {
	if (!none || $input != Py_None) {
		if (PyUnicode_Check($input)) {
			PyErr_SetString(PyExc_TypeError, "$1_name: a list of words is needed");
			SWIG_fail;
		}
		list = PySequence_Tuple($input);
		if (!list)
			SWIG_fail;
		$1 = calloc((size_t)PyTuple_GET_SIZE(list) + 1, sizeof(*$1));
		if (!$1) {
			PyErr_NoMemory();
			SWIG_fail;
		}
		for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(list); i++) {
			if (take_text(PyTuple_GET_ITEM(list, i), "$1_name", (const char **)&$1[i]) != 0)
				SWIG_fail;
			if (!$1[i]) {
				PyErr_SetString(PyExc_TypeError, "$1_name: a word is None");
				SWIG_fail;
			}
		}
	}
}
%typemap(freearg) const char *const *pattern {
	free((void *)$1);
	Py_XDECREF(list$argnum);
}
%enddef
%igdrom_words(WORDS, 0)
%igdrom_words(MAYBE_WORDS, 1)

%typemap(in) (igdrom_progress *PROGRESS, void *USER) {
	if ($input != Py_None && !PyCallable_Check($input)) {
		PyErr_Format(PyExc_TypeError, "progress: a function is needed, not '%s'",
			     Py_TYPE($input)->tp_name);
		SWIG_fail;
	}
	$1 = $input == Py_None ? NULL : call_progress;
	$2 = $input;
}

%typemap(in) const char * {
	if (take_text($input, "$1_name", (const char **)&$1) != 0)
		SWIG_fail;
}
%typemap(freearg) const char * ""

/* Lists in. They are made tuples, which nothing can shorten meanwhile. */
%typemap(in) (const uint16_t *NUMBERS, size_t COUNT) (PyObject *list = NULL) {
	unsigned long long number;

	list = PySequence_Tuple($input);
	if (!list)
		SWIG_fail;
	$2 = (size_t)PyTuple_GET_SIZE(list);
	$1 = $2 ? calloc($2, sizeof(*$1)) : NULL;
	if ($2 && !$1) {
		PyErr_NoMemory();
		SWIG_fail;
	}
	for (size_t i = 0; i < $2; i++) {
		PyObject *item = PyTuple_GET_ITEM(list, (Py_ssize_t)i);

		if (take_number(item, UINT16_MAX, "$1_name", &number) != 0)
			SWIG_fail;
		((uint16_t *)$1)[i] = (uint16_t)number;
	}
}
%define %igdrom_list(name)
%typemap(in) (const struct name *const *OBJECTS, size_t COUNT) (PyObject *list = NULL) {
	void *pointer;

	list = PySequence_Tuple($input);
	if (!list)
		SWIG_fail;
	$2 = (size_t)PyTuple_GET_SIZE(list);
	$1 = calloc($2 + 1, sizeof(*$1));
	if (!$1) {
		PyErr_NoMemory();
		SWIG_fail;
	}
	for (size_t i = 0; i < $2; i++) {
		PyObject *item = PyTuple_GET_ITEM(list, (Py_ssize_t)i);

		if (!SWIG_IsOK(SWIG_ConvertPtr(item, &pointer, $descriptor(struct name *), 0))) {
			PyErr_SetString(PyExc_TypeError, "$1_name: an entry is no name");
			SWIG_fail;
		}
		((const struct name **)$1)[i] = pointer;
	}
}
%typemap(freearg) (const struct name *const *OBJECTS, size_t COUNT) {
	free((void *)$1);
	Py_XDECREF(list$argnum);
}
%enddef
%typemap(in) (const struct igdrom_finding_arg *ARGS, size_t COUNT) (PyObject *list = NULL) {
	list = PySequence_Tuple($input);
	if (!list)
		SWIG_fail;
	$2 = (size_t)PyTuple_GET_SIZE(list);
	$1 = calloc($2 + 1, sizeof(*$1));
	if (!$1) {
		PyErr_NoMemory();
		SWIG_fail;
	}
	for (size_t i = 0; i < $2; i++) {
		PyObject *item = PyTuple_GET_ITEM(list, (Py_ssize_t)i);

		if (take_finding_arg(item, (struct igdrom_finding_arg *)&$1[i]) != 0)
			SWIG_fail;
	}
}
/* Pairs of an object or None and a text. */
%define %igdrom_named_list(name)
%typemap(in) (const struct name *const *OBJECTS, const char *const *NAMES, size_t COUNT)
		(PyObject *list = NULL) {
	void *pointer;

	list = PySequence_Tuple($input);
	if (!list)
		SWIG_fail;
	$3 = (size_t)PyTuple_GET_SIZE(list);
	$1 = calloc($3 + 1, sizeof(*$1));
	$2 = calloc($3 + 1, sizeof(*$2));
	if (!$1 || !$2) {
		PyErr_NoMemory();
		SWIG_fail;
	}
	for (size_t i = 0; i < $3; i++) {
		PyObject *object, *text;

		if (!PyArg_ParseTuple(PyTuple_GET_ITEM(list, (Py_ssize_t)i), "OU", &object, &text))
			SWIG_fail;
		if (!SWIG_IsOK(SWIG_ConvertPtr(object, &pointer, $descriptor(struct name *), 0))) {
			PyErr_SetString(PyExc_TypeError, "$1_name: an entry is no name");
			SWIG_fail;
		}
		((const struct name **)$1)[i] = pointer;
		((const char **)$2)[i] = PyUnicode_AsUTF8(text);
		if (!$2[i])
			SWIG_fail;
	}
}
%typemap(freearg) (const struct name *const *OBJECTS, const char *const *NAMES, size_t COUNT) {
	free((void *)$1);
	free((void *)$2);
	Py_XDECREF(list$argnum);
}
%enddef
%typemap(freearg) (const uint16_t *NUMBERS, size_t COUNT),
		  (const struct igdrom_finding_arg *ARGS, size_t COUNT) {
	free((void *)$1);
	Py_XDECREF(list$argnum);
}

/* Objects out. */
%typemap(in, numinputs = 0) SWIGTYPE **OWNED ($*1_ltype object = NULL) "$1 = &object;"
%typemap(argout) SWIGTYPE **OWNED {
	$result = SWIG_Python_AppendOutput($result,
		SWIG_NewPointerObj((void *)object$argnum, $*1_descriptor, SWIG_POINTER_OWN));
}
%typemap(in, numinputs = 0) SWIGTYPE **STATIC ($*1_ltype object = NULL) "$1 = &object;"
%typemap(argout) SWIGTYPE **STATIC {
	$result = SWIG_Python_AppendOutput($result,
		SWIG_NewPointerObj((void *)object$argnum, $*1_descriptor, 0));
}

/* Bytes, text and numbers out. */
%typemap(in, numinputs = 0) struct igdrom_bytes * (struct igdrom_bytes bytes = {0}) "$1 = &bytes;"
%typemap(argout) struct igdrom_bytes *OWNED {
	$result = SWIG_Python_AppendOutput($result, bytes_of(bytes$argnum));
}
%typemap(freearg) struct igdrom_bytes *OWNED "igdrom_bytes_free(&bytes$argnum);"
%typemap(argout) struct igdrom_bytes *BORROWED {
	$result = SWIG_Python_AppendOutput($result, bytes_of(bytes$argnum));
}
%typemap(freearg) struct igdrom_bytes *BORROWED ""

%typemap(in, numinputs = 0) char **OWNED (char *text = NULL) "$1 = &text;"
%typemap(argout) char **OWNED {
	$result = SWIG_Python_AppendOutput($result, PyUnicode_FromString(text$argnum));
}
%typemap(freearg) char **OWNED "igdrom_string_free(text$argnum);"

%define %igdrom_number_out(type)
%typemap(in, numinputs = 0) type *OUT (type number = 0) "$1 = &number;"
%typemap(argout) type *OUT {
	$result = SWIG_Python_AppendOutput($result, PyLong_FromUnsignedLongLong(number$argnum));
}
%enddef
%igdrom_number_out(uint16_t)
%igdrom_number_out(uint64_t)
%igdrom_number_out(size_t)

/* What a header of PCI configuration space says, as tuples. */
%{
static PyObject *number_or_none(bool known, unsigned long long number)
{
	if (!known)
		Py_RETURN_NONE;
	return PyLong_FromUnsignedLongLong(number);
}

/* Not functions: a module that does not look at the machine has no such structs. */
#define ADDRESS_OF(value)                                                                           \
	Py_BuildValue("(IBBB)", (value).domain, (value).bus, (value).device, (value).function)
#define ID_OF(value) Py_BuildValue("(HHI)", (value).vendor_id, (value).device_id, (value).class_code)
%}
%typemap(in) const struct igdrom_pci_address * (struct igdrom_pci_address address) {
	static const char *const names[] = {"domain", "bus", "device", "function"};
	static const unsigned long long max[] = {UINT32_MAX, UINT8_MAX, 31, 7};
	unsigned long long numbers[4];

	if ($input == Py_None) {
		$1 = NULL;
	} else {
		if (take_numbers($input, names, max, 4, numbers) != 0)
			SWIG_fail;
		address = (struct igdrom_pci_address){(uint32_t)numbers[0], (uint8_t)numbers[1],
						      (uint8_t)numbers[2], (uint8_t)numbers[3]};
		$1 = &address;
	}
}
%typemap(freearg) const struct igdrom_pci_address * ""
%typemap(out) struct igdrom_pci_address "$result = ADDRESS_OF($1);"
%typemap(out) struct igdrom_pci_id "$result = ID_OF($1);"
%define %igdrom_struct_out(name)
%typemap(in, numinputs = 0) struct name *out (struct name value) {
	memset(&value, 0, sizeof(value));
	$1 = &value;
}
%enddef
%igdrom_struct_out(igdrom_pci_address)
%igdrom_struct_out(igdrom_pci_id)
%igdrom_struct_out(igdrom_pci_bar)
%igdrom_struct_out(igdrom_igd_memory)
%typemap(argout) struct igdrom_pci_address *out {
	$result = SWIG_Python_AppendOutput($result, ADDRESS_OF(value$argnum));
}
%typemap(argout) struct igdrom_pci_id *out {
	$result = SWIG_Python_AppendOutput($result, ID_OF(value$argnum));
}
%typemap(argout) struct igdrom_pci_bar *out {
	$result = SWIG_Python_AppendOutput($result, Py_BuildValue("(KKNNN)",
		(unsigned long long)value$argnum.address, (unsigned long long)value$argnum.size,
		PyBool_FromLong(value$argnum.is_io), PyBool_FromLong(value$argnum.is_64bit),
		PyBool_FromLong(value$argnum.is_prefetchable)));
}
%typemap(argout) struct igdrom_igd_memory *out {
	PyObject *disabled = value$argnum.ggc_known
		? PyBool_FromLong(value$argnum.vga_disabled) : number_or_none(false, 0);

	$result = SWIG_Python_AppendOutput($result, Py_BuildValue("(NNNNNN)",
		number_or_none(value$argnum.ggc_known, value$argnum.ggc), disabled,
		number_or_none(value$argnum.gms_known, value$argnum.gms_mib),
		number_or_none(value$argnum.ggms_known, value$argnum.ggms_mib),
		number_or_none(value$argnum.bdsm_known, value$argnum.bdsm),
		number_or_none(value$argnum.asls_known, value$argnum.asls)));
}

/* Results. */
%typemap(out) enum igdrom_status {
	if ($1 != IGDROM_OK) {
		if (!PyErr_Occurred())
			raise_status($1);
		SWIG_fail;
	}
	$result = SWIG_Py_Void();
}
/* Calls what the caller gave, which may raise. */
%typemap(out) bool igdrom_limits_go_on {
	if (PyErr_Occurred())
		SWIG_fail;
	$result = PyBool_FromLong($1);
}
%typemap(out) enum igdrom_tristate "$result = yes_no_unknown($1);"
%typemap(out) struct igdrom_bytes "$result = bytes_of($1);"
%typemap(out) struct igdrom_id_range "$result = Py_BuildValue(\"(ii)\", $1.first, $1.last);"
