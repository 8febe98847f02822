using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Fireball.Zmtp.Tests;

/// <summary>What holds for all frames, commands and greetings: each is read as it was written, and no bytes do harm.</summary>
[Properties(MaxTest = 1000, Replay = "1,3", QuietOnSuccess = true)]
public sealed class ParserPropertyTests
{
    private delegate ParseStatus Parse<T>(ReadOnlySpan<byte> bytes, out T parsed);

    [Property]
    public Property A_header_is_read_as_it_was_written() => Prop.ForAll(
        Gen.Elements(FrameFlags.None, FrameFlags.More, FrameFlags.Command).ToArbitrary(),
        Gen.OneOf(Gen.Choose(0, 300), Gen.Choose(0, int.MaxValue)).ToArbitrary(),
        (flags, length) =>
        {
            byte[] bytes = new byte[FrameHeader.LongSize];
            int size = FrameHeader.Write(bytes, flags, length);
            Assert.Equal(ParseStatus.Complete, FrameHeader.TryParse(bytes, out FrameHeader header, out _));
            Assert.Equal(
                (flags, length, size), (header.Flags & ~FrameFlags.Long, header.BodyLength, header.Size));
        });

    [Property]
    public Property What_is_known_of_a_header_does_not_change_by_the_bytes_after_it() => Prop.ForAll(
        Damaged(2, 0, 0, 0, 0, 0, 1, 0, 0, 7, 7).ToArbitrary(),
        bytes => Stays(bytes, static (ReadOnlySpan<byte> input, out FrameHeader header) =>
            FrameHeader.TryParse(input, out header, out _)));

    [Property]
    public Property What_is_known_of_a_greeting_does_not_change_by_the_bytes_after_it()
    {
        byte[] good = new byte[Greeting.Size];
        Greeting.Write(good, MechanismKind.Plain, asServer: true);
        return Prop.ForAll(Damaged([.. good, 4, 5]).ToArbitrary(), bytes => Stays(
            bytes, static (ReadOnlySpan<byte> input, out Greeting greeting) => Greeting.TryParse(input, out greeting, out _)));
    }

    [Property]
    public Property A_command_is_read_as_it_was_written() => Prop.ForAll(
        Bytes(1, 90).ToArbitrary(), Bytes(0, 300).ToArbitrary(), (name, data) =>
        {
            Assert.True(Command.TryParse([(byte)name.Length, .. name, .. data], out Command command));
            Assert.Equal(name, command.Name);
            Assert.Equal(data, command.Data);
        });

    [Property]
    public void Any_bytes_are_a_command_of_these_bytes_or_none(byte[] body)
    {
        bool isCommand = Command.TryParse(body, out Command command);
        Assert.Equal(isCommand, body.Length > 0 && body[0] > 0 && body.Length > body[0]);
        Assert.True(!isCommand || 1 + command.Name.Length + command.Data.Length == body.Length);
    }

    [Property]
    public Property The_reason_of_an_error_is_read_as_it_was_written() => Prop.ForAll(
        Text(' ', '~', 0, 255).ToArbitrary(), written =>
        {
            var output = new ArrayBufferWriter<byte>();
            Mechanism.WriteError(output, written);
            Assert.Equal(ParseStatus.Complete, FrameHeader.TryParse(output.WrittenSpan, out FrameHeader header, out _));
            Assert.Equal(output.WrittenCount, header.Size + header.BodyLength);
            Assert.True(Command.TryParse(output.WrittenSpan[header.Size..], out Command command));
            Assert.True(Command.TryParseErrorReason(command.Data, out string reason));
            Assert.Equal(written, reason);
        });

    [Property]
    public void A_ping_has_a_time_and_at_most_sixteen_bytes_and_its_pong_has_them_too(byte[] data)
    {
        bool isPing = Heartbeat.TryParsePing(data, out TimeSpan ttl, out ReadOnlySpan<byte> context);
        Assert.Equal(data.Length is >= 2 and <= 18, isPing);
        if (isPing)
        {
            byte[] written = new byte[Heartbeat.MaxBodySize];
            Heartbeat.WritePing(written, ttl);
            Assert.Equal(data.AsSpan(0, 2), written.AsSpan(5, 2));
            int size = Heartbeat.WritePong(written, context);
            Assert.True(Command.TryParse(written.AsSpan(0, size), out Command pong));
            Assert.Equal(data.AsSpan(2), pong.Data);
        }
    }

    [Property]
    public Property Metadata_is_read_as_it_was_written() => Prop.ForAll(
        Gen.ListOf(Text('A', 'Z', 1, 255).Zip(Bytes(0, 300))).ToArbitrary(), written =>
        {
            (string Name, byte[] Value)[] distinct = [.. written.DistinctBy(one => one.Item1)];
            var output = new ArrayBufferWriter<byte>();
            Array.ForEach(distinct, one => Properties.Write(output, one.Name, one.Value));
            Assert.True(Properties.TryParse(output.WrittenSpan, out Dictionary<string, ReadOnlyMemory<byte>> read, out _));
            Assert.Equal(distinct.Length, read.Count);
            Assert.All(distinct, one => Assert.Equal(one.Value, read[one.Name.ToLowerInvariant()].ToArray()));
        });

    [Property]
    public Property Damaged_metadata_is_refused_with_a_reason_or_accounts_for_every_byte() => Prop.ForAll(
        Damaged([1, (byte)'A', 0, 0, 0, 3, 1, 2, 3, 2, (byte)'B', (byte)'C', 0, 0, 0, 0, 1, (byte)'D', 0, 0, 0, 1, 9]).ToArbitrary(), data =>
        {
            bool taken = Properties.TryParse(data, out Dictionary<string, ReadOnlyMemory<byte>> read, out string reason);
            Assert.Equal(taken, reason.Length == 0);
            Assert.True(!taken || read.Sum(one => 1 + one.Key.Length + 4 + one.Value.Length) == data.Length);
        });

    // Incomplete up to some length, and one and the same answer from there on.
    private static void Stays<T>(byte[] bytes, Parse<T> parse)
        where T : struct
    {
        ParseStatus last = ParseStatus.Incomplete;
        T known = default;
        for (int length = 0; length <= bytes.Length; length++)
        {
            ParseStatus status = parse(bytes.AsSpan(0, length), out T parsed);
            Assert.True(last == ParseStatus.Incomplete || (status, parsed).Equals((last, known)), $"at {length} of {Convert.ToHexString(bytes)}");
            (last, known) = (status, parsed);
        }
    }

    private static Gen<byte[]> Bytes(int least, int most) =>
        Gen.Choose(least, most).SelectMany(length => Gen.ArrayOf(Gen.Choose(0, 255).Select(value => (byte)value), length));

    private static Gen<string> Text(char first, char last, int least, int most) =>
        Gen.Choose(least, most).SelectMany(length => Gen.ArrayOf(Gen.Choose(first, last).Select(value => (char)value), length))
            .Select(characters => new string(characters));

    // Up to four bytes are others, and some of the end may be absent.
    private static Gen<byte[]> Damaged(params byte[] good) =>
        from length in Gen.Frequency((3, Gen.Constant(good.Length)), (1, Gen.Choose(0, good.Length)))
        from changes in Gen.Resize(Gen.ListOf(Gen.Choose(0, good.Length - 1).Zip(Bytes(1, 1))), 4)
        select changes.Aggregate((byte[])good.Clone(), static (bytes, change) =>
        {
            bytes[change.Item1] = change.Item2[0];
            return bytes;
        })[..length];
}
