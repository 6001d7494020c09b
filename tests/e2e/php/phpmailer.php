<?php
// Sends a letter that PHPMailer composes itself; the job is JSON in the first argument.

use PHPMailer\PHPMailer\PHPMailer;

require 'libphp-phpmailer/autoload.php';

$job = json_decode($argv[1], true, 16, JSON_THROW_ON_ERROR);
$mail = new PHPMailer(true);
$mail->isSMTP();
$mail->Host = $job['host'];
$mail->Port = $job['port'];
$mail->SMTPAutoTLS = false;
$mail->CharSet = PHPMailer::CHARSET_UTF8;
$mail->SMTPKeepAlive = true;
$mail->setFrom($job['from'], 'Иван');
$mail->addAddress($job['to'], 'Ольга');
$mail->Subject = $job['subject'];
$mail->Body = $job['text'];
$mail->addStringAttachment(base64_decode($job['attachment']), 'счёт.pdf');
for ($i = 0; $i < $job['times']; ++$i) {
    $mail->send();
}
$mail->smtpClose();
