// Node's http2 as an origin: node server.mjs PORT TLS-PORT FOLDER REQUESTS-PER-CONNECTION
//
// Files of FOLDER/www; /echo sends the content back as it comes, and its trailers behind it; /count tells its length, and the number of the
// connection in a field.
import { createReadStream, readFileSync, statSync } from "node:fs";
import { createSecureServer, createServer } from "node:http2";
import { join } from "node:path";

const [port, tlsPort, folder, requestsPerConnection] = process.argv.slice(2);
const settings = { maxConcurrentStreams: 50 };
let connections = 0;

function onSession(session) {
  let left = Number(requestsPerConnection);
  session.number = ++connections;
  session.on("stream", () => {
    if (--left === 0) {
      session.close(); // sends GOAWAY; streams that are open go on
    }
  });
}

function onStream(stream, headers) {
  stream.on("error", () => {}); // reset by the client
  const path = headers[":path"];
  if (path === "/echo") {
    let trailers = {};
    stream.on("trailers", (received) => (trailers = { ...received }));
    stream.respond({ ":status": 200 }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    stream.pipe(stream);
  } else if (path === "/count") {
    let count = 0;
    stream.on("data", (piece) => (count += piece.length));
    stream.on("end", () => {
      stream.respond({ ":status": 200, "x-connection": stream.session.number });
      stream.end(`${headers[":method"]} ${count}`);
    });
  } else {
    const file = join(folder, "www", path);
    stream.respond({ ":status": 200, "content-length": statSync(file).size }, { endStream: headers[":method"] === "HEAD" });
    if (headers[":method"] !== "HEAD") {
      createReadStream(file).pipe(stream);
    }
  }
}

const tls = { cert: readFileSync(join(folder, "server.pem")), key: readFileSync(join(folder, "server.key")) };
for (const [server, at] of [[createServer({ settings }), port], [createSecureServer({ settings, ...tls }), tlsPort]]) {
  server.on("session", onSession);
  server.on("stream", onStream);
  server.listen(Number(at), "127.0.0.1");
}
