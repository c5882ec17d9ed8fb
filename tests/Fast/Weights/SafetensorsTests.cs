using System.Buffers.Binary;
using System.Text;
using CsCheck;
using ViSurf.Sdk;
using ViSurf.Training.Model;
using ViSurf.Training.Weights;

namespace ViSurf.Tests.Fast.Weights;

public class SafetensorsTests
{
    [Fact]
    public void Tensors_of_every_type_are_read_back_to_the_byte()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        Dictionary<string, Tensor> tensors = new()
        {
            ["a"] = arange(6).to(ScalarType.Float32).view(2, 3),
            ["b"] = tensor(new long[] { -1, long.MaxValue }),
            ["c"] = ones(3).to(ScalarType.BFloat16),
            ["d"] = zeros(0, 4),
            ["e"] = arange(12).view(3, 4).t(), // not contiguous
        };
        SafetensorsWriter.Write(folder.File("x.safetensors"), tensors, new Dictionary<string, string> { ["format"] = "pt" });
        SafetensorsFile file = new(folder.File("x.safetensors"));
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.All(tensors, pair =>
        {
            Tensor read = file.Read(pair.Key);
            Assert.Equal(pair.Value.shape, read.shape);
            Assert.Equal(pair.Value.dtype, read.dtype);
            Assert.Equal(pair.Value.contiguous().bytes.ToArray(), read.bytes.ToArray());
        });
    }

    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,16]}}", 8)]   // beyond the file
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8)]    // larger than its bytes
    [InlineData("{\"a\":{\"dtype\":\"F99\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", 8)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,9223372036854775807],\"data_offsets\":[0,8]}}", 8)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12)] // overlap
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}", 16)]  // a gap
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 12)]   // bytes of nobody
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8)]
    [InlineData("[]", 0)]
    [InlineData("{", 0)]
    public void A_lying_header_is_refused_naming_the_file(string header, int dataLength)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("x.safetensors");
        File.WriteAllBytes(path, Bytes(header.Length, header, dataLength));
        Fault fault = Assert.Throws<Fault>(() => new SafetensorsFile(path));
        Assert.Equal((FaultCode.FileDamaged, path), (fault.Code, fault.Subject));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(1_000)]
    public void A_lying_header_length_is_refused(long length)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("x.safetensors");
        File.WriteAllBytes(path, Bytes(length, "{}", 0));
        Assert.Equal(FaultCode.FileDamaged, Assert.Throws<Fault>(() => new SafetensorsFile(path)).Code);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(1 << 20)]
    public void A_tensor_copied_in_chunks_is_written_whole(int chunk)
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        string path = folder.File("x.safetensors");
        float[] values = [.. Enumerable.Range(0, 15).Select(i => (float)i)];
        TensorBytes copied = TensorBytes.Of("x", tensor(values, 3, 5), chunk);
        Assert.Equal(chunk == 8 ? 8 : 1, copied.Chunks.Count);
        SafetensorsWriter.Write(path, [copied, TensorBytes.Of("empty", zeros(0, 2), chunk)]);
        Assert.Equal(values, new SafetensorsFile(path).Read("x").data<float>().ToArray());
        Assert.Equal([0, 2], new SafetensorsFile(path).Entries["empty"].Shape);
    }

    [Fact]
    public void A_file_with_any_byte_changed_or_cut_is_read_or_refused_and_nothing_else()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("x.safetensors");
        SafetensorsWriter.Write(path,
            [new TensorBytes("a", ScalarType.Float32, [2, 2], [new byte[16]]), new TensorBytes("b", ScalarType.Int64, [1], [new byte[8]])]);
        byte[] good = File.ReadAllBytes(path);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length]).Sample((at, value, length) =>
        {
            byte[] bad = [.. good];
            bad[at] = value;
            string other = folder.File($"{Guid.NewGuid():n}");
            File.WriteAllBytes(other, bad[..length]);
            try
            {
                SafetensorsFile file = new(other);
                foreach (string name in file.Entries.Keys)
                {
                    file.Read(name).Dispose();
                }
            }
            catch (Fault fault)
            {
                Assert.Equal(FaultCode.FileDamaged, fault.Code);
            }
        });
    }

    [Theory]
    [InlineData("hidden_size", "32")]
    [InlineData("vocab_size", "100")]
    [InlineData("num_hidden_layers", "2")]
    [InlineData("model_type", "\"llama\"")]
    [InlineData("num_attention_heads", "3")]
    public void Weights_and_configuration_that_do_not_fit_are_refused(string field, string value)
    {
        using TemporaryFolder folder = new();
        foreach (string file in Directory.GetFiles(Nano.Folder))
        {
            File.Copy(file, folder.File(Path.GetFileName(file)));
        }

        string path = folder.File("config.json");
        string config = File.ReadAllText(path);
        int at = config.IndexOf($"\"{field}\":", StringComparison.Ordinal) + field.Length + 3;
        File.WriteAllText(path, config[..at] + value + config[config.IndexOf(',', at)..]);
        Assert.Contains(Assert.Throws<Fault>(() => ModelFolder.Load(folder.Path)).Code,
            (FaultCode[])[FaultCode.FileDamaged, FaultCode.SpecInvalid]);
    }

    [Fact]
    public void A_spare_tensor_is_refused()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        File.Copy(Path.Combine(Nano.Folder, "config.json"), folder.File("config.json"));
        SafetensorsFile file = new(Path.Combine(Nano.Folder, "model.safetensors"));
        SafetensorsWriter.Write(folder.File("model.safetensors"),
            [.. file.Entries.Keys.Select(name => KeyValuePair.Create(name, file.Read(name))), new("spare", ones(1))]);
        Assert.Contains("spare", Assert.Throws<Fault>(() => ModelFolder.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    private static byte[] Bytes(long headerLength, string header, int dataLength)
    {
        byte[] bytes = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, headerLength);
        Encoding.UTF8.GetBytes(header, bytes.AsSpan(8));
        return bytes;
    }
}
