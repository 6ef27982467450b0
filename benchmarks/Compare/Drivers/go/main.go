// Go's net/http as a contestant: keep-alive connections, a goroutine for each; or goroutines that share one connection of HTTP/2.
//
//	driver URL CONNECTIONS BYTES VERSION UPLOAD-BYTES
//
// Reads "run N" or "time N", a line each, and answers with what N requests cost, as a line of JSON, until its input ends.
package main

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

type round struct {
	Version        string    `json:"version"`
	Operations     int64     `json:"operations"`
	CPUMicros      float64   `json:"cpuMicros"`
	WallMicros     float64   `json:"wallMicros"`
	AllocatedBytes uint64    `json:"allocatedBytes"`
	Collections    uint32    `json:"collections"`
	PeakBytes      int64     `json:"peakBytes"`
	LatencyMicros  []float64 `json:"latencyMicros,omitempty"`
}

type race struct {
	client      *http.Client
	url         string
	connections int
	bytes       int64
	uploadBytes int64
}

// zeros is an endless source.
type zeros struct{}

// newHTTP2Transport is in http2.go, which needs golang.org/x/net: net/http alone has no HTTP/2 without TLS.
var newHTTP2Transport func(url string) http.RoundTripper

func main() {
	if len(os.Args) != 6 {
		fail(fmt.Errorf("usage: driver URL CONNECTIONS BYTES VERSION UPLOAD-BYTES"))
	}
	connections, err := strconv.Atoi(os.Args[2])
	check(err)
	bytes, err := strconv.ParseInt(os.Args[3], 10, 64)
	check(err)
	uploadBytes, err := strconv.ParseInt(os.Args[5], 10, 64)
	check(err)
	var transport http.RoundTripper = &http.Transport{
		MaxIdleConnsPerHost: connections,
		MaxConnsPerHost:     connections,
		DisableCompression:  true,
		TLSClientConfig:     &tls.Config{InsecureSkipVerify: true}, // chains are not what is measured
	}
	if os.Args[4] == "2" {
		transport = newHTTP2Transport(os.Args[1])
	}
	r := &race{&http.Client{Transport: transport}, os.Args[1], connections, bytes, uploadBytes}
	commands := bufio.NewScanner(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for commands.Scan() {
		command, count, _ := strings.Cut(commands.Text(), " ")
		operations, err := strconv.ParseInt(count, 10, 64)
		check(err)
		check(answers.Encode(r.measure(operations, command == "time")))
	}
}

func (r *race) measure(operations int64, timed bool) round {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	cpu, _ := usage()
	start := time.Now()
	latencies := r.run(operations, timed)
	wall := time.Since(start)
	cpuAfter, peak := usage()
	runtime.ReadMemStats(&after)
	return round{
		Version:        runtime.Version(),
		Operations:     operations,
		CPUMicros:      micros(cpuAfter - cpu),
		WallMicros:     micros(wall),
		AllocatedBytes: after.TotalAlloc - before.TotalAlloc,
		Collections:    after.NumGC - before.NumGC,
		PeakBytes:      peak,
		LatencyMicros:  percentiles(latencies),
	}
}

// run has all workers share one count of requests to make, and returns how long each took if that is asked for.
func (r *race) run(operations int64, timed bool) []time.Duration {
	left := operations
	latencies := make([][]time.Duration, r.connections)
	var workers sync.WaitGroup
	for i := 0; i < r.connections; i++ {
		workers.Add(1)
		go func(worker int) {
			defer workers.Done()
			for atomic.AddInt64(&left, -1) >= 0 {
				if !timed {
					r.get()
					continue
				}
				start := time.Now()
				r.get()
				latencies[worker] = append(latencies[worker], time.Since(start))
			}
		}(i)
	}
	workers.Wait()
	var all []time.Duration
	for _, some := range latencies {
		all = append(all, some...)
	}
	return all
}

func (r *race) request() (*http.Response, error) {
	if r.uploadBytes == 0 {
		return r.client.Get(r.url)
	}
	request, err := http.NewRequest(http.MethodPost, r.url, io.LimitReader(zeros{}, r.uploadBytes))
	check(err)
	request.ContentLength = r.uploadBytes
	return r.client.Do(request)
}

func (zeros) Read(buffer []byte) (int, error) { return len(buffer), nil }

func (r *race) get() {
	response, err := r.request()
	check(err)
	length, err := io.Copy(io.Discard, response.Body)
	check(err)
	check(response.Body.Close())
	if response.StatusCode != http.StatusOK || length != r.bytes {
		fail(fmt.Errorf("expected status 200 and %d bytes, got %d and %d", r.bytes, response.StatusCode, length))
	}
}

// percentiles returns the 50th, 99th and 99.9th in microseconds.
func percentiles(latencies []time.Duration) []float64 {
	if len(latencies) == 0 {
		return nil
	}
	sort.Slice(latencies, func(i, j int) bool { return latencies[i] < latencies[j] })
	at := func(part float64) float64 { return micros(latencies[int(float64(len(latencies))*part)]) }
	return []float64{at(0.5), at(0.99), at(0.999)}
}

// usage returns the CPU time of the process, user and system, and the most memory it had resident (Linux counts in KiB).
func usage() (time.Duration, int64) {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), int64(usage.Maxrss) * 1024
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

func check(err error) {
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
