using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using Tensorboard;

namespace ViSurf.Training.Reports;

/// <summary>A file that TensorBoard reads: records of its Event message, each framed as a TFRecord.</summary>
/// <remarks>
/// A frame is the message's length (8 bytes, little-endian), the masked CRC-32C of these 8 bytes, the message, and its masked CRC-32C.
/// Masked: crc turned right by 15 bits, plus 0xA282EAD8, so that a checksum of checksums is none.
/// <see href="https://www.tensorflow.org/tutorials/load_data/tfrecord"/>; the messages are TorchSharp's, of TensorFlow's event.proto.
/// </remarks>
public sealed class EventFile
{
    private const string Version = "brain.Event:2";
    private readonly Stream file;

    /// <summary>Begins the file with the version of what follows.</summary>
    /// <param name="wallTime">Seconds since 1970.</param>
    public EventFile(Stream file, double wallTime)
    {
        this.file = file;
        Write(new Event { WallTime = wallTime, FileVersion = Version });
    }

    /// <summary>Writes what a step measured, rounded to 32 bits as the format has it.</summary>
    /// <param name="wallTime">Seconds since 1970; runs are drawn over it where TensorBoard's axis is time.</param>
    public void Write(long step, double wallTime, IEnumerable<KeyValuePair<string, double>> values)
    {
        Summary summary = new();
        summary.Value.AddRange(values.Select(pair => new Summary.Types.Value { Tag = pair.Key, SimpleValue = (float)pair.Value }));
        Write(new Event { Step = step, WallTime = wallTime, Summary = summary });
    }

    /// <summary>The CRC-32C (Castagnoli) of the bytes, masked.</summary>
    internal static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8;
    }

    private void Write(Event one)
    {
        byte[] message = one.ToByteArray();
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)message.Length);
        file.Write(length);
        WriteCrc(length);
        file.Write(message);
        WriteCrc(message);
    }

    private void WriteCrc(ReadOnlySpan<byte> of)
    {
        Span<byte> four = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(four, MaskedCrc(of));
        file.Write(four);
    }
}
