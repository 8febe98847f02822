// gRPC's interoperability tests on @grpc/grpc-js, five of them.
//
// interop.js PROTOS client TARGET   runs the cases named on stdin, a line each; answers "ok" or what went wrong
// interop.js PROTOS server TARGET   serves until stdin ends; says "ready"
'use strict';
const assert = require('node:assert');
const readline = require('node:readline');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [protos, role, target] = process.argv.slice(2);
const { testing } = grpc.loadPackageDefinition(
  loader.loadSync('grpc/testing/test.proto', { includeDirs: [protos], keepCase: true })).grpc;
const credentials = grpc.credentials.createInsecure();
const zeros = size => ({ body: Buffer.alloc(size) });
const INITIAL = 'x-grpc-test-echo-initial', TRAILING = 'x-grpc-test-echo-trailing-bin';

const cases = {
  async large_unary(client) {
    const response = await unary(client, { response_size: 314159, payload: zeros(271828) });
    assert.strictEqual(response.payload.body.length, 314159);
  },
  async ping_pong(client) {
    const call = client.FullDuplexCall(), responses = call[Symbol.asyncIterator]();
    for (const [response, request] of [[31415, 27182], [9, 8], [2653, 1828], [58979, 45904]]) {
      call.write({ response_parameters: [{ size: response }], payload: zeros(request) });
      assert.strictEqual((await responses.next()).value.payload.body.length, response);
    }
    call.end();
    assert.strictEqual((await responses.next()).done, true);
  },
  async custom_metadata(client) {
    const metadata = new grpc.Metadata();
    metadata.set(INITIAL, 'test_initial_metadata_value');
    metadata.set(TRAILING, Buffer.from([0xab, 0xab, 0xab]));
    await new Promise((resolve, reject) => {
      const seen = [];
      const call = client.UnaryCall({ response_size: 9 }, metadata, error => error && reject(error));
      call.on('metadata', headers => seen.push(headers.get(INITIAL)[0]));
      call.on('status', status => {
        seen.push(status.metadata.get(TRAILING)[0].toString('hex'));
        resolve(seen);
      });
    }).then(seen => assert.deepStrictEqual(seen, ['test_initial_metadata_value', 'ababab']));
  },
  async status_code_and_message(client) {
    const error = await unary(client, { response_status: { code: 2, message: 'test status message' } }).catch(e => e);
    assert.strictEqual(error.code, grpc.status.UNKNOWN);
    assert.strictEqual(error.details, 'test status message');
  },
  async cancel_after_first_response(client) {
    const call = client.FullDuplexCall();
    call.write({ response_parameters: [{ size: 31415 }], payload: zeros(27182) });
    const error = await new Promise(resolve => {
      call.on('data', () => call.cancel());
      call.on('error', resolve);
    });
    assert.strictEqual(error.code, grpc.status.CANCELLED);
  },
};

function unary(client, request) {
  return new Promise((resolve, reject) =>
    client.UnaryCall(request, (error, response) => (error ? reject(error) : resolve(response))));
}

function echo(call) {
  const initial = call.metadata.get(INITIAL), headers = new grpc.Metadata(), trailers = new grpc.Metadata();
  if (initial.length) {
    headers.set(INITIAL, initial[0]);
    call.sendMetadata(headers);
  }
  for (const value of call.metadata.get(TRAILING)) trailers.set(TRAILING, value);
  return trailers;
}

const service = {
  EmptyCall: (call, done) => done(null, {}),
  UnaryCall(call, done) {
    const trailers = echo(call), { response_status: status, response_size: size } = call.request;
    if (status && status.code) done({ code: status.code, details: status.message, metadata: trailers });
    else done(null, { payload: zeros(size) }, trailers);
  },
  FullDuplexCall(call) {
    const trailers = echo(call);
    call.on('data', request => {
      const status = request.response_status;
      if (status && status.code) {
        call.emit('error', { code: status.code, details: status.message, metadata: trailers });
        return;
      }
      for (const { size } of request.response_parameters) call.write({ payload: zeros(size) });
    });
    call.on('end', () => call.end(trailers));
  },
};

async function client() {
  const stub = new testing.TestService(target, credentials);
  for await (const line of readline.createInterface({ input: process.stdin })) {
    try {
      await cases[line.trim()](stub);
      console.log('ok');
    } catch (error) {
      console.log(String(error.stack).replaceAll('\n', ' '));
    }
  }
  stub.close();
}

function server() {
  const host = new grpc.Server();
  host.addService(testing.TestService.service, service);
  host.bindAsync(target, grpc.ServerCredentials.createInsecure(), error => {
    console.log(error ? String(error) : 'ready');
  });
  process.stdin.resume().on('end', () => host.forceShutdown());
}

({ client, server })[role]();
