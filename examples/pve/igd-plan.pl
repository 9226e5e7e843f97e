#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# For an add-on of Proxmox VE: asks for a plan, shows it, prints the VM's configuration with it.
#
#   igd-plan.pl CONF PVE-RELEASE DEVICE-ID ROM
#   igd-plan.pl /etc/pve/qemu-server/100.conf 9.1 4680 igd.rom > 100.conf.new
#
# ROM is a bare name below /usr/share/kvm. Nothing is changed: whoever calls this writes the new
# configuration, as root, while the VM is off. Exit codes are igdrom's: 4 is a refusal.
# An API module would return $plan as it is: every key of it is stable.
use strict;
use warnings;
use JSON::PP;

my $igdrom = $ENV{IGDROM} // 'igdrom';
binmode(STDERR, ':utf8');

# Runs igdrom without a shell; what it printed, and its exit code.
sub run_igdrom {
	my (@words) = @_;

	open(my $out, '-|', $igdrom, @words) or die "cannot run $igdrom: $!\n";
	local $/ = undef;
	my $text = <$out> // '';
	close($out);
	return ($text, $? >> 8);
}

die "usage: $0 CONF PVE-RELEASE DEVICE-ID ROM\n" if @ARGV != 4;
my ($conf, $pve, $device, $rom) = @ARGV;
my @wanted = ('--pve', $pve, '--device', $device, '--rom', $rom, '--firmware', 'ovmf');

my ($text, $code) = run_igdrom('vm', 'plan', '--json', '--hypervisor', 'pve', @wanted);
my $plan = decode_json($text);

# Advice and complaints come the same way, whatever the command made of the request.
for my $finding ($plan->{findings}->@*) {
	print STDERR "$finding->{severity}: $finding->{text}\n";
	print STDERR "    $finding->{fix}\n" if $finding->{fix};
}
if (my $error = $plan->{error}) {
	print STDERR $plan->{refusal} ? "Not possible: $plan->{refusal}\n" : "$error->{text}\n";
	exit $code;
}
print STDERR "$_->{subject}: $_->{text}\n" for $plan->{reasons}->@*;
print STDERR "There will ", ($plan->{boot_picture} ? '' : 'not '), "be a picture from power-on.\n";

# The same request merged into the file: snapshots and everything else in it stay as they are.
(my $new, $code) = run_igdrom('vm', 'write', 'pve', '--into', $conf, '-o', '-', @wanted);
print $new if $code == 0;
exit $code;
