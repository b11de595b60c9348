// What a frame is measured against: a WebSocket server that reads the same messages and drops them.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

let messages = 0;
const server = createServer();
const sockets = new WebSocketServer({
  server,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: 65_536,
});
sockets.on('connection', (socket) => {
  socket.on('message', () => {
    messages += 1;
  });
});
server.listen(0, '127.0.0.1', () => {
  process.send({ origin: `http://127.0.0.1:${server.address().port}` });
});
process.on('message', () => process.send({ messages }));
process.on('disconnect', () => process.exit());
