using System.Text.Json;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ViSurf.Storage;

/// <summary>Enums as the words that the project's JSON has for them.</summary>
internal static class Words
{
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public static T Read<T>(string word)
        where T : struct, Enum => Enum.Parse<T>(word, ignoreCase: true);
}

/// <summary>Stores an enum as its word.</summary>
internal sealed class WordConverter<T>() : ValueConverter<T, string>(value => Words.Of(value), word => Words.Read<T>(word))
    where T : struct, Enum;
