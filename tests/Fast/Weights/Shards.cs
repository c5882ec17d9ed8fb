using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using ViSurf.Training.Weights;

namespace ViSurf.Tests.Fast.Weights;

/// <summary>Model folders as others write them: the small model in bfloat16, in shards, with a header in another hand.</summary>
internal static class Shards
{
    public const int Count = 3;

    public static string Name(int shard) => $"model-{shard + 1:d5}-of-{Count:d5}.safetensors";

    /// <summary>Writes the small model's folder with its weights in shards.</summary>
    /// <param name="rename">What a tensor is called in the file.</param>
    /// <returns>The bytes of each tensor by its published name.</returns>
    public static Dictionary<string, byte[]> Write(string folder, Func<string, string>? rename = null)
    {
        using var scope = NewDisposeScope();
        CopyBeside(folder);
        SafetensorsFile source = new(Path.Combine(Nano.Folder, "model.safetensors"));
        Dictionary<string, byte[]> bytes = source.Entries.Keys
            .ToDictionary(name => name, name => source.Read(name).to(ScalarType.BFloat16).bytes.ToArray());
        string[] names = [.. source.Entries.Keys.Order(StringComparer.Ordinal)];
        JsonObject map = [];
        foreach ((int shard, string[] some) in names.Chunk((names.Length / Count) + 1).Index())
        {
            WriteFile(Path.Combine(folder, Name(shard)),
                [.. some.Select(name => (rename?.Invoke(name) ?? name, source.Entries[name].Shape, bytes[name]))]);
            foreach (string name in some)
            {
                map[rename?.Invoke(name) ?? name] = Name(shard);
            }
        }

        WriteIndex(folder, map, bytes.Values.Sum(one => (long)one.Length));
        return bytes;
    }

    public static void WriteIndex(string folder, JsonObject map, long total)
    {
        JsonObject metadata = new() { ["total_size"] = total, ["note"] = "kept" };
        File.WriteAllText(Path.Combine(folder, WeightFiles.IndexFile),
            new JsonObject { ["weight_map"] = map, ["metadata"] = metadata }.ToJsonString());
    }

    public static JsonObject ReadIndex(string folder) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, WeightFiles.IndexFile)))!.AsObject();

    /// <summary>Copies the small model's folder without its weights; config.json says bfloat16.</summary>
    public static void CopyBeside(string folder)
    {
        foreach (string file in Directory.GetFiles(Nano.Folder).Where(file => !file.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            File.WriteAllText(Path.Combine(folder, Path.GetFileName(file)),
                File.ReadAllText(file).Replace("\"torch_dtype\":\"float32\"", "\"torch_dtype\":\"bfloat16\"", StringComparison.Ordinal));
        }
    }

    // Blanks after commas and no padding: allowed, and not as our writer does it.
    private static void WriteFile(string path, (string Name, long[] Shape, byte[] Data)[] tensors)
    {
        StringBuilder header = new("{\"__metadata__\": {\"format\": \"pt\", \"by\": \"a test\"}");
        long at = 0;
        foreach ((string name, long[] shape, byte[] data) in tensors)
        {
            header.Append($", \"{name}\": {{\"dtype\": \"BF16\", \"shape\": [{string.Join(", ", shape)}], ")
                .Append($"\"data_offsets\": [{at}, {at + data.Length}]}}");
            at += data.Length;
        }

        byte[] json = Encoding.UTF8.GetBytes(header.Append('}').ToString());
        byte[] prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, json.Length);
        File.WriteAllBytes(path, [.. prefix, .. json, .. tensors.SelectMany(tensor => tensor.Data)]);
    }
}
