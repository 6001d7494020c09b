// An SMTP or LMTP server made of go-smtp. Says its port, then a line of JSON for each letter.
package main

import (
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strings"
	"sync"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

type letter struct {
	From      string     `json:"from"`
	Options   []string   `json:"options"`
	To        []string   `json:"to"`
	ToOptions [][]string `json:"to_options"`
	Data      []byte     `json:"data"`
	User      string     `json:"user"`
}

type settings struct {
	user, password, token string
	mechanisms            []string
	output                sync.Mutex
}

type session struct {
	settings *settings
	user     string
	letter   letter
}

var errNoSuchUser = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such user here"}
var errFull = &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "Mailbox full"}

func (s *session) AuthMechanisms() []string { return s.settings.mechanisms }

func (s *session) Auth(mechanism string) (sasl.Server, error) {
	switch mechanism {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, user, password string) error {
			if user != s.settings.user || password != s.settings.password {
				return smtp.ErrAuthFailed
			}
			s.user = user
			return nil
		}), nil
	case sasl.OAuthBearer:
		return sasl.NewOAuthBearerServer(func(given sasl.OAuthBearerOptions) *sasl.OAuthBearerError {
			if given.Username != s.settings.user || given.Token != s.settings.token {
				return &sasl.OAuthBearerError{Status: "invalid_token", Schemes: "bearer"}
			}
			s.user = given.Username
			return nil
		}), nil
	}
	return nil, smtp.ErrAuthUnknownMechanism
}

func (s *session) Reset()        { s.letter = letter{} }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, options *smtp.MailOptions) error {
	if s.user == "" && len(s.settings.mechanisms) > 0 {
		return smtp.ErrAuthRequired
	}
	s.letter = letter{From: from, Options: []string{}, User: s.user}
	add := func(name, value string) {
		if value != "" {
			s.letter.Options = append(s.letter.Options, name+"="+value)
		}
	}
	add("BODY", string(options.Body))
	add("RET", string(options.Return))
	add("ENVID", options.EnvelopeID)
	if options.Size > 0 {
		add("SIZE", fmt.Sprint(options.Size))
	}
	if options.UTF8 {
		s.letter.Options = append(s.letter.Options, "SMTPUTF8")
	}
	if options.RequireTLS {
		s.letter.Options = append(s.letter.Options, "REQUIRETLS")
	}
	return nil
}

func (s *session) Rcpt(to string, options *smtp.RcptOptions) error {
	if strings.HasPrefix(to, "nobody") {
		return errNoSuchUser
	}
	asked := []string{}
	if len(options.Notify) > 0 {
		words := []string{}
		for _, word := range options.Notify {
			words = append(words, string(word))
		}
		asked = append(asked, "NOTIFY="+strings.Join(words, ","))
	}
	if options.OriginalRecipient != "" {
		asked = append(asked, fmt.Sprintf("ORCPT=%s;%s", options.OriginalRecipientType, options.OriginalRecipient))
	}
	s.letter.To = append(s.letter.To, to)
	s.letter.ToOptions = append(s.letter.ToOptions, asked)
	return nil
}

func (s *session) Data(body io.Reader) error {
	var err error
	if s.letter.Data, err = io.ReadAll(body); err != nil {
		return err
	}
	s.settings.output.Lock()
	defer s.settings.output.Unlock()
	return json.NewEncoder(os.Stdout).Encode(s.letter)
}

func (s *session) LMTPData(body io.Reader, status smtp.StatusCollector) error {
	err := s.Data(body)
	for _, to := range s.letter.To {
		if strings.HasPrefix(to, "full") {
			status.SetStatus(to, errFull)
		} else {
			status.SetStatus(to, err)
		}
	}
	return nil
}

func main() {
	var shared settings
	var certificate, key, mechanisms string
	lmtp := flag.Bool("lmtp", false, "LMTP")
	implicit := flag.Bool("implicit", false, "TLS from the first byte")
	mostRecipients := flag.Int("recipients", 0, "LIMITS RCPTMAX")
	flag.StringVar(&certificate, "certificate", "", "PEM file")
	flag.StringVar(&key, "key", "", "PEM file")
	flag.StringVar(&mechanisms, "mechanisms", "", "with commas; nobody logs in without")
	flag.StringVar(&shared.user, "user", "", "")
	flag.StringVar(&shared.password, "password", "", "")
	flag.StringVar(&shared.token, "token", "", "")
	flag.Parse()
	if mechanisms != "" {
		shared.mechanisms = strings.Split(mechanisms, ",")
	}

	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &session{settings: &shared}, nil
	}))
	server.Domain = "go.test"
	server.LMTP = *lmtp
	server.MaxRecipients = *mostRecipients
	server.MaxMessageBytes = 64 << 20
	server.AllowInsecureAuth = true
	server.EnableSMTPUTF8 = true
	server.EnableREQUIRETLS = true
	server.EnableBINARYMIME = true
	server.EnableDSN = true
	if certificate != "" {
		pair, err := tls.LoadX509KeyPair(certificate, key)
		if err != nil {
			log.Fatal(err)
		}
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	if *implicit {
		listener = tls.NewListener(listener, server.TLSConfig)
	}
	log.Fatal(server.Serve(listener))
}
