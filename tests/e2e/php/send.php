<?php
// Sends the letter on stdin through PHPMailer's own SMTP client; the job is JSON in the first argument.

use PHPMailer\PHPMailer\SMTP;

require 'libphp-phpmailer/autoload.php';

$job = json_decode($argv[1], true, 16, JSON_THROW_ON_ERROR);
$client = new SMTP();

function must(bool $done, string $what): void
{
    global $client;
    if (!$done) {
        fwrite(STDERR, $what . ': ' . json_encode($client->getError()) . ' ' . $client->getLastReply() . "\n");
        exit(1);
    }
}

$context = ['ssl' => ['cafile' => $job['ca'], 'verify_peer' => true, 'verify_peer_name' => true]];
$host = ($job['tls'] === 'implicit' ? 'ssl://' : '') . $job['host'];
must($client->connect($host, $job['port'], 20, $context), 'connect');
must($client->hello('localhost'), 'EHLO');
if ($job['tls'] === 'starttls') {
    must($client->startTLS(), 'STARTTLS');
    must($client->hello('localhost'), 'EHLO');
}
if ($job['mechanism'] !== null) {
    must($client->authenticate($job['user'], $job['password'], $job['mechanism']), 'AUTH');
}
must($client->mail($job['from']), 'MAIL');
foreach ($job['to'] as $to) {
    must($client->recipient($to), 'RCPT');
}
must($client->data(stream_get_contents(STDIN)), 'DATA');
must($client->quit(), 'QUIT');
