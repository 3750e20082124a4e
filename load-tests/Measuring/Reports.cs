using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Engine.LoadTests.CommandLine;

namespace Engine.LoadTests.Measuring;

/// <summary>Results as JSON (snake_case, numbers rounded to what was measured) and on the terminal.</summary>
internal static class Reports
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Converters = { new RoundingConverter() },
    };

    public static string ToJson<T>(T report) => JsonSerializer.Serialize(report, Options);

    /// <summary>Refuses a place that cannot be written before an hour of measuring, not after it.</summary>
    public static void CheckWritable(string? path)
    {
        if (path is null) return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.AppendAllText(path, "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be written: {e.Message}");
        }
    }

    public static async Task WriteAsync<T>(string? path, T report, CancellationToken cancellationToken)
    {
        if (path is not null) await File.WriteAllTextAsync(path, ToJson(report) + "\n", cancellationToken);
    }

    public static string Number(double? value, string format = "N1") =>
        value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";

    private sealed class RoundingConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value)) writer.WriteNumberValue(Math.Round(value, 4));
            else writer.WriteNullValue();
        }
    }
}
