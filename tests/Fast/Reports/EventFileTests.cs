using System.Buffers.Binary;
using System.Text;
using ViSurf.Training.Reports;

namespace ViSurf.Tests.Fast.Reports;

/// <summary>TensorBoard can read what is written for it. The reader here knows the formats and none of the writer's code.</summary>
public class EventFileTests
{
    [Fact]
    public void Every_value_is_read_back_with_its_step_its_time_and_sound_checksums()
    {
        using MemoryStream file = new();
        EventFile events = new(file, 0);
        events.Write(1, 2.5, [new("reward/mean", 0.75), new("train/loss", -1e-3)]);
        events.Write(300, 700.25, [new("reward/mean", double.NaN)]);
        Read[] all = [.. Records(file.ToArray()).Select(Parse)];
        Assert.Equal("brain.Event:2", all[0].Version);
        Assert.Equal((1, 2.5), (all[1].Step, all[1].WallTime));
        Assert.Equal([("reward/mean", 0.75f), ("train/loss", -1e-3f)], all[1].Values);
        Assert.Equal((300, 700.25), (all[2].Step, all[2].WallTime));
        Assert.True(float.IsNaN(all[2].Values.Single().Value));
        Assert.Equal(3, all.Length);
    }

    [Fact]
    public void A_file_begins_as_every_file_of_TensorFlow_does()
    {
        using MemoryStream file = new();
        _ = new EventFile(file, 1_700_000_000);
        Assert.Equal("1800000000000000a37f4b2209", Convert.ToHexStringLower(file.ToArray().AsSpan(0, 13)));
    }

    [Theory]
    [InlineData("123456789", 0xE3069283)] // the check value of CRC-32C
    [InlineData("", 0)]
    public void The_checksum_is_Castagnoli_s_masked(string text, uint crc) =>
        Assert.Equal(unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8), EventFile.MaskedCrc(Encoding.ASCII.GetBytes(text)));

    private static IEnumerable<byte[]> Records(byte[] file)
    {
        for (int at = 0; at < file.Length;)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            Assert.Equal(Crc(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            byte[] message = file[(at + 12)..(at + 12 + length)];
            Assert.Equal(Crc(message), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            yield return message;
            at += length + 16;
        }
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte one in bytes)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }
        }

        return unchecked(((~crc >> 15) | (~crc << 17)) + 0xA282EAD8);
    }

    // Event: 1 wall_time, 2 step, 3 file_version, 5 summary; Summary: 1 value; Value: 1 tag, 2 simple_value.
    private static Read Parse(byte[] message)
    {
        Dictionary<int, byte[]> of = Fields(message).ToDictionary(field => field.Number, field => field.Bytes);
        byte[][] values = [.. Fields(of.GetValueOrDefault(5, [])).Where(field => field.Number == 1).Select(field => field.Bytes)];
        return new(Encoding.UTF8.GetString(of.GetValueOrDefault(3, [])),
            BitConverter.ToInt64(of.GetValueOrDefault(2, new byte[8])), BitConverter.ToDouble(of.GetValueOrDefault(1, new byte[8])),
            [.. values.Select(value => Fields(value).ToDictionary(field => field.Number, field => field.Bytes)).Select(value =>
                (Encoding.UTF8.GetString(value[1]), BitConverter.ToSingle(value[2])))]);
    }

    // Protocol Buffers' wire format: a key of number and type, then a varint, 8 bytes, a length and as many bytes, or 4 bytes.
    private static IEnumerable<(int Number, byte[] Bytes)> Fields(byte[] message)
    {
        for (int at = 0; at < message.Length;)
        {
            long key = Varint(message, ref at);
            int length = (key & 7) switch { 0 => 0, 1 => 8, 2 => (int)Varint(message, ref at), 5 => 4, _ => throw new FormatException() };
            yield return ((int)(key >> 3),
                (key & 7) == 0 ? BitConverter.GetBytes(Varint(message, ref at)) : message[at..(at + length)]);
            at += length;
        }
    }

    private static long Varint(byte[] message, ref int at)
    {
        long value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte one = message[at++];
            value |= (long)(one & 127) << shift;
            if (one < 128)
            {
                return value;
            }
        }
    }

    private sealed record Read(string Version, long Step, double WallTime, (string Tag, float Value)[] Values);
}
