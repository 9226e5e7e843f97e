#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# A hookscript of Proxmox VE: before a VM with an Intel GPU starts, its configuration is checked for
# the QEMU that is installed now. What an upgrade broke is said in the task log, and not in a forum.
#
#   cp igd-hook.pl /var/lib/vz/snippets/ && qm set 100 --hookscript local:snippets/igd-hook.pl
#
# Proxmox VE calls it with the VMID and the phase; in pre-start an exit code but 0 stops the start.
use strict;
use warnings;
use JSON::PP;

my $igdrom = $ENV{IGDROM} // 'igdrom';
my $confs = $ENV{IGD_CONFS} // '/etc/pve/qemu-server';
my $qemu = $ENV{IGD_QEMU} // '/usr/bin/kvm';
my $device = $ENV{IGD_DEVICE} // '/sys/bus/pci/devices/0000:00:02.0/device';
binmode(STDOUT, ':utf8');

sub first_line {
	my ($mode, @what) = @_;

	open(my $in, $mode, @what) or return undef;
	my $line = <$in>;
	close($in);
	chomp($line) if defined($line);
	return $line;
}

my ($vmid, $phase) = @ARGV;
die "usage: $0 VMID PHASE\n" if !defined($phase) || $vmid !~ /^\d+$/;
exit 0 if $phase ne 'pre-start';

my $version = first_line('-|', $qemu, '--version');
my $id = first_line('<', $device);
# Without them nothing can be judged, and that is no reason to stop a start.
exit 0 if !$version || !$id;

open(my $out, '-|', $igdrom, 'vm', 'check', "$confs/$vmid.conf", '--device', $id, '--qemu', $version, '--json')
	or exit 0;
my $report = eval { local $/ = undef; decode_json(<$out>) } // {};
close($out);
exit 0 if $report->{error}; # no VM with an Intel GPU, or one that cannot be read

for my $finding (($report->{findings} // [])->@*) {
	print "igdrom: $finding->{severity}: $finding->{text}\n";
	print "igdrom:     $finding->{fix}\n" if $finding->{fix};
}
exit(($report->{worst} // '') eq 'error' ? 1 : 0);
