using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Fireball.TestSupport;

/// <summary>A call's messages as no peer of ours sends them, made from such as ours does.</summary>
public static class MessageMutants
{
    /// <summary>
    /// One message missing, doubled, or with one field of it, however deep, at one of the ends of what the wire can hold; and so
    /// many more with random bytes of one changed, where these are a message still.
    /// </summary>
    public static IEnumerable<MessageMutant> Of(IReadOnlyList<IMessage> messages, int random)
    {
        for (int i = 0; i < messages.Count; i++)
        {
            yield return new($"without message {i}", [.. messages.Take(i), .. messages.Skip(i + 1)]);
            yield return new($"message {i} doubled", [.. messages.Take(i + 1), .. messages.Skip(i)]);
            int number = 0;
            foreach (IMessage changed in Extremes(messages[i]))
            {
                yield return new(
                    $"change {number++} of a field of message {i}", [.. messages.Take(i), changed, .. messages.Skip(i + 1)]);
            }
        }

        int seed = messages.Count;
        var generator = new Random(seed);
        for (int i = 0; i < random; i++)
        {
            int which = generator.Next(messages.Count);
            if (Flip(messages[which], generator) is { } changed)
            {
                yield return new($"seed {seed}, round {i}", [.. messages.Take(which), changed, .. messages.Skip(which + 1)]);
            }
        }
    }

    private static IEnumerable<IMessage> Extremes(IMessage message)
    {
        foreach (FieldDescriptor field in message.Descriptor.Fields.InDeclarationOrder())
        {
            foreach (object? value in ValuesOf(message, field))
            {
                IMessage changed = Clone(message);
                if (value is null)
                {
                    field.Accessor.Clear(changed);
                }
                else if (field.IsRepeated)
                {
                    ((System.Collections.IList)field.Accessor.GetValue(changed))[0] = value;
                }
                else
                {
                    field.Accessor.SetValue(changed, value);
                }

                yield return changed;
            }
        }
    }

    // Null: absent.
    private static IEnumerable<object?> ValuesOf(IMessage message, FieldDescriptor field)
    {
        yield return null;
        if (field.IsRepeated)
        {
            if (field.Accessor.GetValue(message) is System.Collections.IList { Count: > 0 } list && list[0] is IMessage first)
            {
                foreach (IMessage changed in Extremes(first))
                {
                    yield return changed;
                }
            }
            else if (field.FieldType != FieldType.Message && field.Accessor.GetValue(message) is System.Collections.IList { Count: > 0 })
            {
                foreach (object value in EndsOf(field))
                {
                    yield return value;
                }
            }
        }
        else if (field.FieldType == FieldType.Message)
        {
            IMessage part = (IMessage?)field.Accessor.GetValue(message) ?? field.MessageType.Parser.ParseFrom([]);
            yield return part;
            foreach (IMessage changed in Extremes(part))
            {
                yield return changed;
            }
        }
        else
        {
            foreach (object value in EndsOf(field))
            {
                yield return value;
            }
        }
    }

    private static IEnumerable<object> EndsOf(FieldDescriptor field)
    {
        switch (field.FieldType)
        {
            case FieldType.UInt32:
                foreach (uint value in new uint[] { 0, 1, 255, 256, 300, 65, 1u << 22, int.MaxValue, 1u << 31, uint.MaxValue })
                {
                    yield return value;
                }

                break;
            case FieldType.UInt64:
                foreach (ulong value in new ulong[] { 0, 1, long.MaxValue, 1ul << 63, ulong.MaxValue })
                {
                    yield return value;
                }

                break;
            case FieldType.Int64:
                foreach (long value in new long[] { -1, 0, 315_576_000_001, long.MinValue, long.MaxValue })
                {
                    yield return value;
                }

                break;
            case FieldType.Int32:
                foreach (int value in new[] { -1, 0, 1_000_000_000, int.MinValue, int.MaxValue })
                {
                    yield return value;
                }

                break;
            case FieldType.Bool:
                yield return true;
                break;
            case FieldType.Enum:
                foreach (int value in new[] { 1, 2, 3, 4, -1, int.MaxValue })
                {
                    yield return Enum.ToObject(field.EnumType.ClrType, value);
                }

                break;
            case FieldType.String:
                yield return "";
                yield return "\u001b[2J\nnext line";
                yield return "a\0b";
                yield return new string('x', 100_000);
                break;
            case FieldType.Bytes:
                foreach (byte[] value in new byte[][]
                {
                    [], [0], [0xff, 0xfe], "a\0b"u8.ToArray(), "\u001b[2J\nnext line"u8.ToArray(), "/etc/passwd"u8.ToArray(), ".."u8.ToArray(),
                    "../up"u8.ToArray(), new byte[300_000], [.. Enumerable.Repeat((byte)'x', 300_000)],
                })
                {
                    yield return ByteString.CopyFrom(value);
                }

                break;
            default:
                throw new NotSupportedException($"{field.FullName} is of type {field.FieldType}");
        }
    }

    private static IMessage? Flip(IMessage message, Random generator)
    {
        byte[] bytes = message.ToByteArray();
        for (int changes = generator.Next(1, 4); changes > 0 && bytes.Length > 0; changes--)
        {
            bytes[generator.Next(bytes.Length)] = (byte)generator.Next(256);
        }

        try
        {
            return message.Descriptor.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static IMessage Clone(IMessage message) => message.Descriptor.Parser.ParseFrom(message.ToByteArray());
}
