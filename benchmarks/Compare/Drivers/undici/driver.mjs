// undici as a contestant: a pool of keep-alive connections, an asynchronous worker for each; or workers that share one connection of HTTP/2.
//
//   node --expose-gc driver.mjs URL CONNECTIONS BYTES VERSION UPLOAD-BYTES
//
// Reads "run N" or "time N", a line each, and answers with what N requests cost, as a line of JSON, until its input ends.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { Client, Pool } from 'undici'

const url = new URL(process.argv[2])
const connections = Number(process.argv[3])
const bytes = Number(process.argv[4])
const isHttp2 = process.argv[5] === '2'
const uploadBytes = Number(process.argv[6])
const version = `undici ${createRequire(import.meta.url)('undici/package.json').version}, node ${process.versions.node}`
const connect = { rejectUnauthorized: false } // chains are not what is measured
const pool = isHttp2
  ? new Client(url.origin, { allowH2: true, useH2c: url.protocol === 'http:', pipelining: connections, connect }) // pipelining: requests under way at once
  : new Pool(url.origin, { connections, pipelining: 1, connect })
let left = 0

for await (const line of createInterface({ input: process.stdin })) {
  const [command, count] = line.split(' ')
  console.log(JSON.stringify(await measure(Number(count), command === 'time')))
}
await pool.close()

async function measure (operations, timed) {
  const latencies = timed ? [] : null
  left = operations
  globalThis.gc()
  const before = process.cpuUsage()
  const start = performance.now()
  await Promise.all(Array.from({ length: connections }, () => work(latencies)))
  const wall = performance.now() - start
  const cpu = process.cpuUsage(before)
  return {
    version,
    operations,
    cpuMicros: cpu.user + cpu.system,
    wallMicros: wall * 1000,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    latencyMicros: latencies && percentiles(latencies)
  }
}

// All workers share one count of requests to make.
async function work (latencies) {
  while (left-- > 0) {
    const start = latencies && performance.now()
    await get()
    latencies?.push(performance.now() - start)
  }
}

async function get () {
  const { statusCode, body } = await pool.request(uploadBytes === 0
    ? { path: url.pathname, method: 'GET' }
    : { path: url.pathname, method: 'POST', headers: { 'content-length': uploadBytes }, body: zeros() })
  const length = await lengthOf(body)
  if (statusCode !== 200 || length !== bytes) {
    throw new Error(`expected status 200 and ${bytes} bytes, got ${statusCode} and ${length}`)
  }
}

async function lengthOf (body) {
  if (bytes <= 1 << 20) {
    return (await body.arrayBuffer()).byteLength // of its ways to read a small body the one that costs least
  }
  let length = 0
  for await (const piece of body) {
    length += piece.length
  }
  return length
}

async function * zeros () {
  const piece = Buffer.alloc(64 * 1024)
  for (let left = uploadBytes; left > 0; left -= piece.length) {
    yield left < piece.length ? piece.subarray(0, left) : piece
  }
}

// The 50th, 99th and 99.9th, in microseconds.
function percentiles (latencies) {
  latencies.sort((a, b) => a - b)
  return [0.5, 0.99, 0.999].map(part => latencies[Math.floor(latencies.length * part)] * 1000)
}
