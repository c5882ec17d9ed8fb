namespace ViSurf.Training.Weights;

/// <summary>The names that safetensors gives to element types.</summary>
internal static class SafetensorsTypes
{
    private static readonly (string Word, ScalarType Type)[] Known =
    [
        ("F32", ScalarType.Float32), ("F16", ScalarType.Float16), ("BF16", ScalarType.BFloat16), ("F64", ScalarType.Float64),
        ("I64", ScalarType.Int64), ("I32", ScalarType.Int32), ("I16", ScalarType.Int16), ("I8", ScalarType.Int8),
        ("U8", ScalarType.Byte), ("BOOL", ScalarType.Bool),
    ];

    public static bool TryParse(string? word, out ScalarType type)
    {
        int at = Array.FindIndex(Known, known => known.Word == word);
        type = at >= 0 ? Known[at].Type : default;
        return at >= 0;
    }

    public static string Word(this ScalarType type) => Array.Find(Known, known => known.Type == type).Word
        ?? throw new NotSupportedException($"safetensors has no type {type}");
}
