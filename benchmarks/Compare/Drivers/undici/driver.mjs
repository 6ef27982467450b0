// undici as a contestant: a pool of keep-alive connections, an asynchronous worker for each.
//
//   node --expose-gc driver.mjs URL CONNECTIONS BYTES
//
// Reads "run N" or "time N", a line each, and answers with what N requests cost, as a line of JSON, until its input ends.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { Pool } from 'undici'

const url = new URL(process.argv[2])
const connections = Number(process.argv[3])
const bytes = Number(process.argv[4])
const version = `undici ${createRequire(import.meta.url)('undici/package.json').version}, node ${process.versions.node}`
const pool = new Pool(url.origin, {
  connections,
  pipelining: 1,
  connect: { rejectUnauthorized: false } // chains are not what is measured
})
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
  const { statusCode, body } = await pool.request({ path: url.pathname, method: 'GET' })
  const length = (await body.arrayBuffer()).byteLength // of its ways to read a small body the one that costs least
  if (statusCode !== 200 || length !== bytes) {
    throw new Error(`expected status 200 and ${bytes} bytes, got ${statusCode} and ${length}`)
  }
}

// The 50th, 99th and 99.9th, in microseconds.
function percentiles (latencies) {
  latencies.sort((a, b) => a - b)
  return [0.5, 0.99, 0.999].map(part => latencies[Math.floor(latencies.length * part)] * 1000)
}
