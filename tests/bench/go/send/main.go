// send PORT CONNECTIONS LETTERS FILE: the same letter again and again by net/smtp, a client per goroutine. Writes
// {"letters": n, "seconds": s}.
package main

import (
	"fmt"
	"log"
	"net/smtp"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

func sendOne(client *smtp.Client, letter []byte) error {
	if err := client.Mail("sender@example.org"); err != nil {
		return err
	}
	if err := client.Rcpt("recipient@example.test"); err != nil {
		return err
	}
	body, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := body.Write(letter); err != nil {
		return err
	}
	return body.Close()
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	address, connections, letters := "127.0.0.1:"+os.Args[1], number(os.Args[2]), number(os.Args[3])
	letter, err := os.ReadFile(os.Args[4])
	if err != nil {
		log.Fatal(err)
	}
	left := int64(letters)
	var lanes sync.WaitGroup
	begin := time.Now()
	for i := 0; i < connections; i++ {
		lanes.Add(1)
		go func() {
			defer lanes.Done()
			client, err := smtp.Dial(address)
			if err != nil {
				log.Fatal(err)
			}
			for atomic.AddInt64(&left, -1) >= 0 {
				if err := sendOne(client, letter); err != nil {
					log.Fatal(err)
				}
			}
			if err := client.Quit(); err != nil {
				log.Fatal(err)
			}
		}()
	}
	lanes.Wait()
	fmt.Printf("{\"letters\": %d, \"seconds\": %f}\n", letters, time.Since(begin).Seconds())
}
