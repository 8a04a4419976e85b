// node_server.js POEM: sends a poem to each client, with Node.

const poem = require('fs').readFileSync(process.argv[2]);
const server = require('net').createServer((client) => {
  client.on('error', () => client.destroy());
  client.end(poem);
});
server.listen({port: 0, host: '127.0.0.1', backlog: 4096}, () => {
  console.log(server.address().port);
});
