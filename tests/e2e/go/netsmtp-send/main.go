// Sends the letter on stdin through net/smtp of Go's own library.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"io"
	"net"
	"net/smtp"
	"os"
	"strings"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	address := flag.String("address", "", "host:port")
	security := flag.String("tls", "", "starttls or implicit")
	authority := flag.String("ca", "", "PEM file")
	mechanism := flag.String("mechanism", "", "PLAIN or CRAM-MD5")
	user := flag.String("user", "", "")
	password := flag.String("password", "", "")
	from := flag.String("from", "", "")
	to := flag.String("to", "", "with commas")
	flag.Parse()
	data, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(*address)
	if err != nil {
		return err
	}
	config := &tls.Config{ServerName: host, RootCAs: x509.NewCertPool()}
	if *authority != "" {
		pem, err := os.ReadFile(*authority)
		if err != nil {
			return err
		}
		config.RootCAs.AppendCertsFromPEM(pem)
	}
	client, err := connect(*address, host, *security == "implicit", config)
	if err != nil {
		return err
	}
	defer client.Close()
	if *security == "starttls" {
		if err := client.StartTLS(config); err != nil {
			return err
		}
	}
	switch *mechanism {
	case "PLAIN":
		err = client.Auth(smtp.PlainAuth("", *user, *password, host))
	case "CRAM-MD5":
		err = client.Auth(smtp.CRAMMD5Auth(*user, *password))
	}
	if err != nil {
		return err
	}
	if err := client.Mail(*from); err != nil {
		return err
	}
	for _, address := range strings.Split(*to, ",") {
		if err := client.Rcpt(address); err != nil {
			return err
		}
	}
	writer, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := writer.Write(data); err != nil {
		return err
	}
	if err := writer.Close(); err != nil {
		return err
	}
	return client.Quit()
}

func connect(address, host string, implicit bool, config *tls.Config) (*smtp.Client, error) {
	if !implicit {
		return smtp.Dial(address)
	}
	connection, err := tls.Dial("tcp", address, config)
	if err != nil {
		return nil, err
	}
	return smtp.NewClient(connection, host)
}
