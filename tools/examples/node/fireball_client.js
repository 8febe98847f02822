// Fireball from Node: connect, run with streaming input and output, copy, many hosts, cancel, deadline.
//
// Once, in this directory:                              npm ci
// Then, with hosts that you reach by ssh:               fireball serve &
//                                                       node fireball_client.js web1 web2 web3
// (-F /PATH/TO/FILE before the hosts: another ssh_config)
'use strict';
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const definition = loader.loadSync('fireball/v1/controller.proto', {
  includeDirs: [path.join(__dirname, '../../../proto')], keepCase: true, defaults: true, enums: String, oneofs: true,
});
const { ControllerService } = grpc.loadPackageDefinition(definition).fireball.v1;
const start = (host, argv, stdin = false) => ({ start: { host, command: { argv: argv.map(word => Buffer.from(word)), attach_stdin: stdin } } });

async function connect(fireball, host) {
  const call = fireball.Connect();
  call.end({ host });
  for await (const { connected } of call) {
    if (connected) console.log(`connected ${host.destination} by ${connected.route.replace('ROUTE_', '').toLowerCase()}, agent ${connected.agent_version}`);
  }
}

async function stream(fireball, host) {
  const call = fireball.Exec();
  call.write(start(host, ['sed', '-u', 's/^/remote: /'], true));
  for (const line of ['one\n', 'two\n']) call.write({ stdin_data: Buffer.from(line) });
  call.end();
  for await (const response of call) {
    if (response.step === 'stdout_data') process.stdout.write(response.stdout_data);
    if (response.step === 'exited') console.log(`exit status ${response.exited.exit_code}`);
  }
}

async function copy(fireball, host, content) {
  const file = Buffer.from('fireball-example'); // In the home directory.
  const size = await new Promise((resolve, reject) => {
    const call = fireball.Put((failure, response) => failure ? reject(failure) : resolve(response.size));
    call.write({ start: { host, path: file } });
    call.end({ data: content });
  });
  console.log(`put ${size} bytes`);
  const got = [];
  for await (const response of fireball.Get({ host, path: file })) if (response.step === 'data') got.push(response.data);
  console.log(Buffer.concat(got).equals(content) ? 'got the same' : 'got something else');
}

async function runEverywhere(fireball, hosts) {
  for await (const event of fireball.Run({ hosts, command: { shell: Buffer.from('echo $((6 * 7))') } })) {
    if (event.event === 'stdout_data') console.log(`${hosts[event.host].destination}: ${event.stdout_data.toString().trim()}`);
    if (event.event === 'failed') console.log(`${hosts[event.host].destination}: ${event.failed.message}`);
  }
}

// What a command ends with that would run for a minute.
async function sleep(fireball, host, options, onStarted) {
  const call = fireball.Exec(options);
  call.end(start(host, ['sleep', '60']));
  try {
    for await (const response of call) if (response.started) onStarted(call);
  } catch (failure) {
    console.log(`sleep: ${grpc.status[failure.code]}`);
  }
}

async function main() {
  const names = process.argv.slice(2);
  const ssh_arguments = names[0] === '-F' ? names.splice(0, 2) : [];
  const hosts = names.map(destination => ({ destination, ssh_arguments }));
  const runtime = process.env.XDG_RUNTIME_DIR;
  const directory = runtime ? `${runtime}/fireball` : `/tmp/fireball-serve-${process.getuid()}`;
  const fireball = new ControllerService(`unix:${directory}/grpc.sock`, grpc.credentials.createInsecure());
  await connect(fireball, hosts[0]);
  await stream(fireball, hosts[0]);
  await copy(fireball, hosts[0], Buffer.from('hello '.repeat(100_000)));
  await runEverywhere(fireball, hosts);
  await sleep(fireball, hosts[0], {}, call => call.cancel()); // Its process group is killed.
  await sleep(fireball, hosts[0], { deadline: Date.now() + 1000 }, () => {});
  fireball.close();
}

main();
