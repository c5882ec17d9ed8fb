using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ViSurf.Sdk;
using ViSurf.Training.Weights;

namespace ViSurf.Training.Checkpoints;

/// <summary>The checkpoints of one stage: a folder each, complete or not there at all, checked when read.</summary>
public sealed class CheckpointFolder(string folder)
{
    private const string ManifestFile = "manifest.json";
    private const string WeightsFile = "model.safetensors";
    private const string OptimiserFile = "optimizer.safetensors";

    /// <summary>How many are kept: the last, and the one before should the last be damaged.</summary>
    private const int Kept = 2;

    /// <summary>Writes a checkpoint, then drops old ones. A writer that dies leaves what was there before.</summary>
    public void Save(CheckpointManifest manifest, IReadOnlyList<TensorBytes> weights, IReadOnlyList<TensorBytes> optimiser)
    {
        string final = Path.Combine(folder, $"s{manifest.Step:d8}");
        string draft = final + ".part";
        Delete(draft);
        Directory.CreateDirectory(draft);
        SafetensorsWriter.Write(Path.Combine(draft, WeightsFile), weights);
        SafetensorsWriter.Write(Path.Combine(draft, OptimiserFile), optimiser);
        CheckpointManifest hashed = manifest with
        {
            Files = new[] { WeightsFile, OptimiserFile }.ToDictionary(file => file, file => FileHash.Of(Path.Combine(draft, file))),
        };
        DurableFile.WriteJson(Path.Combine(draft, ManifestFile), hashed);
        Delete(final);
        Directory.Move(draft, final);
        foreach (string old in Complete().Skip(Kept))
        {
            Delete(old);
        }
    }

    /// <summary>The newest checkpoint that is whole; null where there is none.</summary>
    /// <param name="damaged">Told about each newer one that is not.</param>
    /// <exception cref="Fault">FileDamaged: there are checkpoints, and none is whole.</exception>
    public StoredCheckpoint? Latest(Action<Fault> damaged)
    {
        List<Fault> faults = [];
        foreach (string checkpoint in Complete())
        {
            try
            {
                StoredCheckpoint read = Read(checkpoint);
                faults.ForEach(damaged);
                return read;
            }
            catch (Fault fault) when (fault.Code is FaultCode.FileDamaged or FaultCode.NotFound)
            {
                faults.Add(fault);
            }
        }

        return faults.Count == 0 ? null : throw faults[0];
    }

    private static StoredCheckpoint Read(string checkpoint)
    {
        string path = Path.Combine(checkpoint, ManifestFile);
        CheckpointManifest manifest = DurableFile.ReadJson<CheckpointManifest>(path)
            ?? throw new Fault(FaultCode.NotFound, path, "does not exist");
        foreach ((string name, string hash) in manifest.Files)
        {
            string file = Path.Combine(checkpoint, name);
            Fault.Unless(File.Exists(file), FaultCode.NotFound, file, "does not exist");
            Fault.Unless(FileHash.Of(file) == hash, FaultCode.FileDamaged, file, "is not what its manifest describes (SHA-256 differs)");
        }

        return new(manifest, new SafetensorsFile(Path.Combine(checkpoint, WeightsFile)).Read,
            new SafetensorsFile(Path.Combine(checkpoint, OptimiserFile)).Read);
    }

    // Newest first.
    private string[] Complete() => !Directory.Exists(folder) ? [] : [.. Directory.EnumerateDirectories(folder, "s*")
        .Where(path => int.TryParse(Path.GetFileName(path).AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .OrderDescending(StringComparer.Ordinal)];

    private static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}

/// <summary>Hashes of files.</summary>
public static class FileHash
{
    private static readonly ConcurrentDictionary<string, (long Length, DateTime Written, string Hash)> Known = [];

    /// <summary>The same, computed once for a file whose length and time of writing stay: a model's weights, named by every plan.</summary>
    public static string Remembered(string path)
    {
        FileInfo file = new(path);
        if (Known.TryGetValue(file.FullName, out var known) && known.Length == file.Length && known.Written == file.LastWriteTimeUtc)
        {
            return known.Hash;
        }

        string hash = Of(path);
        Known[file.FullName] = (file.Length, file.LastWriteTimeUtc, hash);
        return hash;
    }

    /// <summary>SHA-256 in lower-case hexadecimal digits.</summary>
    public static string Of(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}

/// <summary>Files that are there whole or not at all.</summary>
public static class DurableFile
{
    /// <summary>A record written as JSON; null where there is no such file.</summary>
    /// <exception cref="Fault">FileDamaged, naming the file.</exception>
    public static T? ReadJson<T>(string path)
        where T : class
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), SpecJson.Options) : null;
        }
        catch (JsonException e)
        {
            throw new Fault(FaultCode.FileDamaged, path, $"is no {typeof(T).Name}: {e.Message}", e);
        }
    }

    /// <summary>Writes a record as JSON.</summary>
    public static void WriteJson<T>(string path, T value) => Write(path, JsonSerializer.SerializeToUtf8Bytes(value, SpecJson.Options));

    /// <summary>Writes beside, brings to disk, renames.</summary>
    public static void Write(string path, byte[] content)
    {
        string draft = path + ".part";
        using (FileStream file = File.Create(draft))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
    }
}
