// Sends a poem to whoever connects, with Node. Prints its port.
//
//   node node_server.js poetry/ecstasy.txt

const fs = require('fs');
const net = require('net');

const kBacklog = 4096;

const poem = fs.readFileSync(process.argv[2]);
const server = net.createServer((client) => {
  client.on('error', () => client.destroy());
  client.end(poem);
});
server.listen({port: 0, host: '127.0.0.1', backlog: kBacklog}, () => {
  console.log(server.address().port);
});
