// sink PORT: go-smtp, every letter kept, until stdin closes.
package main

import (
	"io"
	"log"
	"os"
	"sync"

	"github.com/emersion/go-smtp"
)

type letter struct {
	from string
	to   []string
	raw  []byte
}

type inbox struct {
	mutex   sync.Mutex
	letters []letter
}

func (i *inbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{inbox: i}, nil }

type session struct {
	inbox *inbox
	now   letter
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.now = letter{from: from}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.now.to = append(s.now.to, to)
	return nil
}

func (s *session) Data(reader io.Reader) error {
	raw, err := io.ReadAll(reader)
	if err != nil {
		return err
	}
	s.now.raw = raw
	s.inbox.mutex.Lock()
	defer s.inbox.mutex.Unlock()
	s.inbox.letters = append(s.inbox.letters, s.now)
	return nil
}

func (s *session) Reset()        { s.now = letter{} }
func (s *session) Logout() error { return nil }

func main() {
	server := smtp.NewServer(&inbox{})
	server.Addr = "127.0.0.1:" + os.Args[1]
	server.Domain = "localhost"
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	log.Fatal(server.ListenAndServe())
}
