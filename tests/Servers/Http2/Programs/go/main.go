// Go's net/http as an origin: server PORT TLS-PORT FOLDER REQUESTS-PER-CONNECTION
//
// Files of FOLDER/www; /echo sends the content back as it comes, and its trailers behind it; /count tells its length, and the number of the
// connection in a field.
package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/h2c"
)

type connectionKey struct{}

type connection struct{ number, requests int64 }

var connections int64

func main() {
	if len(os.Args) != 5 {
		log.Fatal("usage: server PORT TLS-PORT FOLDER REQUESTS-PER-CONNECTION")
	}
	folder := os.Args[3]
	limit, err := strconv.ParseInt(os.Args[4], 10, 64)
	check(err)
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(filepath.Join(folder, "www"))))
	mux.HandleFunc("/echo", echo)
	mux.HandleFunc("/count", func(w http.ResponseWriter, r *http.Request) {
		if count, err := io.Copy(io.Discard, r.Body); err == nil {
			fmt.Fprintf(w, "%s %d", r.Method, count)
		}
	})
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := r.Context().Value(connectionKey{}).(*connection)
		w.Header().Set("X-Connection", strconv.FormatInt(c.number, 10))
		if atomic.AddInt64(&c.requests, 1) == limit {
			w.Header().Set("Connection", "close") // sends GOAWAY; streams that are open go on
		}
		mux.ServeHTTP(w, r)
	})
	settings := &http2.Server{MaxConcurrentStreams: 50}
	plain := newServer(os.Args[1], h2c.NewHandler(handler, settings))
	secure := newServer(os.Args[2], handler)
	check(http2.ConfigureServer(secure, settings))
	certificate, err := tls.LoadX509KeyPair(filepath.Join(folder, "server.pem"), filepath.Join(folder, "server.key"))
	check(err)
	secure.TLSConfig.Certificates = []tls.Certificate{certificate}
	go func() { check(secure.ListenAndServeTLS("", "")) }()
	check(plain.ListenAndServe())
}

func newServer(port string, handler http.Handler) *http.Server {
	return &http.Server{
		Addr:    "127.0.0.1:" + port,
		Handler: handler,
		ConnContext: func(ctx context.Context, _ net.Conn) context.Context {
			return context.WithValue(ctx, connectionKey{}, &connection{number: atomic.AddInt64(&connections, 1)})
		},
	}
}

func echo(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	buffer := make([]byte, 32*1024)
	for {
		n, err := r.Body.Read(buffer)
		if _, failed := w.Write(buffer[:n]); failed != nil {
			return // the client has gone
		}
		w.(http.Flusher).Flush()
		if err != nil {
			break
		}
	}
	for name, values := range r.Trailer {
		w.Header()[http.TrailerPrefix+name] = values
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
