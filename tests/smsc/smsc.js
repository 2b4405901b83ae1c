// A small SMS centre for tests. It says what happens in lines of JSON on its standard output, and
// takes lines of JSON with other ways to behave on its standard input:
//   throttle   answer so many submissions with "throttled"
//   refuse     {number: status}: answer submissions to these numbers with a status
//   drop       take the next submission, and cut the line instead of answering
//   delay      milliseconds until a submission is answered
//   hold       whether submissions are answered only when it is false again
//   receipts   after | before (the answer) | twice | scattered (late, doubled, in no order) | none
//   stat       what receipts say: DELIVRD | UNDELIV | EXPIRED | ENROUTE
//   ids        same | hex (answers in hex, receipts in decimal)
//   reply      a text that whoever is written to writes back at once
//   write      an array of texts that customers write now: {from, to, text}
//   report     an array of receipts to send at once: {id, to, stat}
// Receipts and texts that nobody has acknowledged are kept, and sent when somebody binds.
const smpp = require('smpp');
const readline = require('readline');

const ways = {throttle: 0, refuse: {}, drop: false, delay: 0, hold: false, receipts: 'after', stat: 'DELIVRD', ids: 'same'};
const STATES = {ENROUTE: 1, DELIVRD: 2, EXPIRED: 3, UNDELIV: 5};
const unacknowledged = new Map();
const bound = new Set();
const held = [];
let taken = 0xa0, words = 0;

const say = (event, facts = {}) => console.log(JSON.stringify({event, ...facts}));

const receiptOf = receipt => ({
  esm_class: 4,
  source_addr: receipt.to,
  destination_addr: '0650',
  short_message: {message: `id:${receipt.id} sub:001 dlvrd:001 submit date:2603251000 done date:2603251000 stat:${receipt.stat} err:${receipt.stat === 'DELIVRD' ? '000' : '027'} text:`},
  receipted_message_id: receipt.id,
  message_state: STATES[receipt.stat],
});

const textOf = one => ({
  source_addr: one.from,
  destination_addr: one.to,
  data_coding: 8,
  short_message: {message: Buffer.from(one.text, 'utf16le').swap16()},
});

function deliver(session, number) {
  const one = unacknowledged.get(number);
  session.deliver_sm(one.stat ? receiptOf(one) : textOf(one), answer => {
    if (answer.command_status !== 0) return;
    unacknowledged.delete(number);
    say(one.stat ? 'acknowledged' : 'heard', one);
  });
}

function report(one) {
  const number = ++words;
  unacknowledged.set(number, one);
  const session = [...bound].pop();
  if (session) deliver(session, number);
}

function submit(session, pdu) {
  const to = pdu.destination_addr;
  const status = ways.throttle > 0 ? smpp.ESME_RTHROTTLED : ways.refuse[to];
  if (ways.throttle > 0) ways.throttle -= 1;
  if (status) {
    say('refused', {to, status});
    session.send(pdu.response({command_status: status}));
    return;
  }
  const number = ++taken;
  const id = ways.ids === 'hex' ? number.toString(16).toUpperCase() : `m${number}`;
  const reported = ways.ids === 'hex' ? String(number) : id;
  const {message, udh} = pdu.short_message;
  say('submit', {
    id, to, from: pdu.source_addr, text: message, coding: pdu.data_coding,
    header: Buffer.concat(udh || []).toString('hex'), asked: pdu.registered_delivery,
  });
  if (ways.drop) {
    ways.drop = false;
    say('dropped', {to});
    session.destroy();
    return;
  }
  const receipt = {id: reported, to, stat: ways.stat};
  if (ways.reply) report({from: to, to: pdu.source_addr, text: ways.reply});
  if (ways.receipts === 'before') report(receipt);
  const answer = () => {
    session.send(pdu.response({message_id: id}));
    if (ways.receipts === 'after' || ways.receipts === 'twice') setTimeout(report, 20, receipt);
    if (ways.receipts === 'twice') setTimeout(report, 25, receipt);
    if (ways.receipts === 'scattered') [7919, 104729].forEach(by => setTimeout(report, number * by % 900, receipt));
  };
  if (ways.hold) held.push(answer);
  else setTimeout(answer, ways.delay);
}

const server = smpp.createServer(session => {
  const gone = () => bound.delete(session);
  session.on('bind_transceiver', pdu => {
    if (pdu.password !== 'secret') {
      session.send(pdu.response({command_status: smpp.ESME_RBINDFAIL}));
      return;
    }
    session.send(pdu.response());
    bound.add(session);
    say('bound');
    for (const number of unacknowledged.keys()) deliver(session, number);
  });
  session.on('submit_sm', pdu => submit(session, pdu));
  session.on('enquire_link', pdu => session.send(pdu.response()));
  session.on('unbind', pdu => { gone(); session.send(pdu.response()); session.close(); });
  session.on('close', gone);
  session.on('error', gone);
});
server.listen(0, process.env.LISTEN || '127.0.0.1', () => say('up', {port: server.address().port}));

readline.createInterface({input: process.stdin}).on('line', line => {
  const {report: wanted, write, ...other} = JSON.parse(line);
  Object.assign(ways, other);
  if (!ways.hold) held.splice(0).forEach(answer => answer());
  [...wanted || [], ...write || []].forEach(report);
  say('set');
}).on('close', () => process.exit(0));
