/* SPDX-License-Identifier: BSD-2-Clause */
/* Layer: everything of libigdrom. File access and the machine are in <igdrom/host.h>. */
#ifndef IGDROM_H
#define IGDROM_H

#include <igdrom/status.h>
#include <igdrom/limits.h>
#include <igdrom/report.h>
#include <igdrom/device.h>
#include <igdrom/gop.h>
#include <igdrom/vbt.h>
#include <igdrom/firmware.h>
#include <igdrom/edit.h>
#include <igdrom/open.h>
#include <igdrom/draw.h>
#include <igdrom/rom.h>
#include <igdrom/vm.h>
#include <igdrom/json.h>

#endif
