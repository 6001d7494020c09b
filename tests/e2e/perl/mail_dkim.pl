# Signs and verifies by Mail::DKIM, with a table for the DNS. Reads a JSON document a line, answers with one a line:
# {"do": "verify" | "arc" | "sign" | "seal", "letter": base64, "table": {name: record}, ...}
use strict;
use warnings;
use JSON::PP;
use MIME::Base64;
use Net::DNS::RR;
use Mail::DKIM::ARC::Signer;
use Mail::DKIM::ARC::Verifier;
use Mail::DKIM::PrivateKey;
use Mail::DKIM::Signer;
use Mail::DKIM::Verifier;

my $table;
{
    no warnings 'redefine';
    *Mail::DKIM::DNS::query = sub {
        my ($name, $type) = @_;
        my $record = $table->{$name};
        $@ = defined $record ? 'NOERROR' : 'NXDOMAIN';
        return unless defined $record;
        return Net::DNS::RR->new(name => $name, type => $type, txtdata => [$record =~ /(.{1,255})/g]);
    };
}

sub fed {
    my ($machine, $letter) = @_;
    $machine->PRINT($letter);
    $machine->CLOSE;
    return $machine;
}

my %tasks = (
    verify => sub {
        my ($asked, $letter) = @_;
        my $verifier = fed(Mail::DKIM::Verifier->new, $letter);
        return [map { {result => $_->result, detail => $_->result_detail, domain => $_->domain} } $verifier->signatures];
    },
    arc => sub {
        my ($asked, $letter) = @_;
        my $verifier = fed(Mail::DKIM::ARC::Verifier->new, $letter);
        return {result => $verifier->result, detail => $verifier->result_detail};
    },
    sign => sub {
        my ($asked, $letter) = @_;
        my $signer = fed(Mail::DKIM::Signer->new(
            Algorithm => 'rsa-sha256', Method => $asked->{method}, Domain => $asked->{domain},
            Selector => $asked->{selector}, Key => Mail::DKIM::PrivateKey->load(Data => $asked->{key})), $letter);
        return encode_base64($signer->signature->as_string . "\r\n", '');
    },
    seal => sub {
        my ($asked, $letter) = @_;
        my $signer = fed(Mail::DKIM::ARC::Signer->new(
            Algorithm => 'rsa-sha256', Domain => $asked->{domain}, SrvId => $asked->{host}, Chain => 'ar',
            Selector => $asked->{selector}, Key => Mail::DKIM::PrivateKey->load(Data => $asked->{key})), $letter);
        return encode_base64(join('', map { "$_\r\n" } $signer->as_strings), '');
    },
);

$| = 1;
while (my $line = <STDIN>) {
    my $asked = decode_json($line);
    $table = $asked->{table};
    print encode_json({answer => $tasks{$asked->{do}}->($asked, decode_base64($asked->{letter}))}), "\n";
}
