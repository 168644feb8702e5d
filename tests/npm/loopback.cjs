// For node --require: whoever listens does so on a free port of 127.0.0.1, says which, and says what was asked and how it was
// answered, a line each. Ends with its input, so that nobody is left behind.
const http = require('node:http');
const net = require('node:net');

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...words) {
  const told = words.filter(word => typeof word === 'function');
  return listen.call(this, { host: '127.0.0.1', port: 0 }, () => {
    console.log(`listening ${this.address().port}`);
    told.forEach(tell => tell());
  });
};

const emit = http.Server.prototype.emit;
http.Server.prototype.emit = function (event, request, response, ...rest) {
  if (event === 'request') {
    response.on('close', () => console.log(`answered ${response.statusCode} ${request.method} ${request.url}`));
  }
  return emit.call(this, event, request, response, ...rest);
};

process.stdin.on('close', () => process.exit()).resume();
