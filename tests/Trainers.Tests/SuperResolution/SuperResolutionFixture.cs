using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNetGen.Tests.SuperResolution;

/// <summary>What tests/peers/super_resolution.py computed with scikit-image, SciPy and PyTorch.</summary>
internal sealed record SuperResolutionFixture(SuperResolutionFixture.Figures[] Quality, SuperResolutionFixture.Small[] Shrunk, SuperResolutionFixture.Loss[] Perceptual)
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static SuperResolutionFixture Read() => JsonSerializer.Deserialize<SuperResolutionFixture>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "SuperResolution", "fixture", "super-resolution.json")), Names)!;

    /// <summary>The script's pictures.</summary>
    public static Picture Sample(int width, int height, int step) => new(width, height, 3,
    [
        .. from y in Enumerable.Range(0, height)
           from x in Enumerable.Range(0, width)
           from c in Enumerable.Range(0, 3)
           select (byte)((x * x * 3 + y * 7 * (c + 1) + x * y * 2 + step * ((x * 5 + y * 3 + c) % 11)) % 256),
    ]);

    internal sealed record Figures(int Width, int Height, double LuminancePsnr, double LuminanceSsim, double RgbPsnr, double RgbSsim);

    /// <param name="Layer">What is compared.</param>
    /// <param name="Value">The loss.</param>
    /// <param name="Gradient">Every 97th.</param>
    internal sealed record Loss(string Layer, [property: JsonPropertyName("loss")] double Value, float[] Gradient);

    internal sealed record Small(int Width, int Height, int Factor, float[] Values);
}
