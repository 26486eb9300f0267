using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MLNetGen.Studio.Models;
using MLNetGen.Studio.Protection;

namespace MLNetGen.Studio.Calls;

/// <summary>Pictures in; painted, enlarged or told apart.</summary>
internal static class PictureCalls
{
    private const string Png = "image/png";

    public static void Map(RouteGroupBuilder api, ModelFolder folder, OpenModels open, LargePictures large, StudioOptions options)
    {
        ProgressBoard board = new();

        api.MapPost("/models/{id}/paint", async (string id, HttpRequest request, CancellationToken cancel, double strength = 1, string colors = "none", string? style = null, string? mix = null, string? progress = null) =>
        {
            StudioModel model = folder.Model(id);
            (Upload upload, Upload? masked) = await Uploads.ReadWithAsync("mask", request, options);
            return await Task.Run(() =>
            {
                using Lease<StyleModel> network = open.Style(model);
                StylizeOptions asked = new() { Strength = strength, KeptColors = ColorsOf(colors), StyleWeights = WeightsOf(style, mix, network.Model.Styles) };
                using ProgressBoard.Entry? told = board.Add(progress);
                Picture picture = upload.Decode(options);
                using IDisposable? alone = large.Begin((long)picture.Width * picture.Height);
                Picture? mask = masked?.Decode(options);
                Picture painted = network.Model.Stylize(picture, asked, told, cancel);
                return Results.Bytes((mask is null ? painted : PictureMask.Blend(picture, painted, mask)).ToPng(), Png);
            }, cancel);
        }).IsWork().TakesPictures("mask").Produces(200, contentType: Png)
            .WithSummary("A picture, repainted: strength 0 to 1, colors none, luminance, histogram or matched, style one of the model's, or mix a weight for each with commas between them; with a mask, where that is white");

        api.MapPost("/models/{id}/enlarge", async (string id, HttpRequest request, HttpResponse response, CancellationToken cancel, bool shrink = false, string? progress = null) =>
        {
            StudioModel model = folder.Model(id);
            (Upload upload, Upload? original) = await Uploads.ReadWithAsync("original", request, options);
            if (shrink && original is not null)
                throw new ArgumentException("with shrink=true the picture itself is what is judged by: leave the original out.");
            return await Task.Run(() =>
            {
                using Lease<SuperResolutionTransformer> network = open.Enlarger(model);
                using ProgressBoard.Entry? told = board.Add(progress);
                Picture picture = upload.Decode(options);
                int factor = network.Model.Factor;
                if (!shrink && (long)picture.Width * picture.Height * factor * factor > options.MaximumPixels)
                    throw new RefusedException(400, "unusable", $"enlarged {factor} times, {picture.Width}×{picture.Height} would be above the limit of {options.MaximumPixels:N0} pixels: send a smaller picture.");
                using IDisposable? alone = large.Begin((long)picture.Width * picture.Height * (shrink ? 1 : factor * factor));
                response.Headers["Factor"] = factor.ToString(CultureInfo.InvariantCulture);
                if (shrink)
                    return Results.Bytes(Judged(network.Model, picture, response.Headers, told, cancel).ToPng(), Png);
                Picture? truth = original?.Decode(options);
                if (truth is not null && (truth.Width, truth.Height) != (picture.Width * factor, picture.Height * factor))
                    throw new ArgumentException($"the original is {truth.Width}×{truth.Height}, and {picture.Width}×{picture.Height} enlarged {factor} times is {picture.Width * factor}×{picture.Height * factor}: give an original of that size.");
                Picture enlarged = network.Model.Upscale(picture, told, cancel);
                if (truth is not null)
                    AddQuality(response.Headers, enlarged, picture, truth);
                return Results.Bytes(enlarged.ToPng(), Png);
            }, cancel);
        }).IsWork().TakesPictures("original").Produces(200, contentType: Png)
            .WithSummary("A picture, enlarged; with an original of the larger size, or with shrink=true, where it is made smaller first, headers Psnr and Bicubic-Psnr tell how near the enlarged one is to it, in decibels");

        api.MapPost("/models/{id}/classify", async (string id, HttpRequest request, CancellationToken cancel, int count = 5, bool crops = false) =>
        {
            StudioModel model = folder.Model(id);
            if (count < 1)
                throw new ArgumentException($"count is {count}; it must be at least 1.");
            IReadOnlyList<Upload> uploads = await Uploads.ReadAsync(request, options);
            return await Task.Run(() =>
            {
                using Lease<Classifier> classifier = open.Classifier(model);
                return Classify(classifier.Model, uploads, count, crops, large);
            }, cancel);
        }).IsWork().TakesPictures().Produces<Told>().WithSummary("What is in pictures: the likeliest classes of each, with probabilities; with crops=true the mean over ten parts of each; a picture that cannot be read is told of beside the others");

        api.MapGet("/progress/{key}", (string key) => new { share = board.ShareOf(key) }).WithSummary("How much of a painting or an enlargement is done, by the key that it was asked with; null: it waits, or is unknown");
    }

    private static double[]? WeightsOf(string? style, string? mix, IReadOnlyList<string> styles) => mix is not null ? MixOf(mix, styles.Count) : style is null ? null
        : styles.Contains(style) ? [.. styles.Select(one => one == style ? 1.0 : 0)]
        : throw new ArgumentException($"there is no style '{style}' in this model: it has {string.Join(", ", styles)}.");

    private static double[] MixOf(string mix, int styles)
    {
        double[] weights = [.. mix.Split(',').Take(styles + 1).Select(part => double.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double weight) && double.IsFinite(weight) ? weight : double.NaN)];
        return weights.Length == styles && weights.All(double.IsFinite) && weights.Sum() > 0 ? weights
            : throw new ArgumentException($"mix must have a number for each of the model's {styles} styles, at least 0 and not all 0, with commas between them, as {string.Join(',', Enumerable.Repeat("0.5", styles))}.");
    }

    private static KeptColors ColorsOf(string colors) => Enum.TryParse(colors, ignoreCase: true, out KeptColors kept) && Enum.IsDefined(kept) ? kept
        : throw new ArgumentException($"colors is '{colors}'; it must be none, luminance, histogram or matched.");

    private static Picture Judged(SuperResolutionTransformer network, Picture picture, IHeaderDictionary headers, IProgress<double>? progress, CancellationToken cancel)
    {
        int factor = network.Factor;
        if (Math.Min(picture.Width, picture.Height) < factor)
            throw new ArgumentException($"the picture is {picture.Width}×{picture.Height}: to be made {factor} times smaller it needs at least {factor}×{factor} pixels.");
        // Whole steps of the factor, as training cuts them.
        Picture truth = PictureResize.ToCover(picture, picture.Width / factor * factor, picture.Height / factor * factor);
        Picture small = PictureResize.To(truth, truth.Width / factor, truth.Height / factor), large = network.Upscale(small, progress, cancel);
        AddQuality(headers, large, small, truth);
        return large;
    }

    private static void AddQuality(IHeaderDictionary headers, Picture large, Picture small, Picture truth)
    {
        headers["Psnr"] = Decibels(large, truth);
        headers["Bicubic-Psnr"] = Decibels(PictureResize.To(small, truth.Width, truth.Height), truth);
    }

    private static string Decibels(Picture picture, Picture truth) => PictureQuality.PeakSignalToNoise(picture, truth).ToString("F2", CultureInfo.InvariantCulture);

    private static Told Classify(Classifier classifier, IReadOnlyList<Upload> uploads, int count, bool crops, LargePictures large)
    {
        Dictionary<int, string> problems = [];
        Queue<PicturePrediction> predictions = new(large.Decode(uploads, uploads.Count > 1 ? (place, e) => problems.Add(place, e.Message) : null)
            .SelectMany(pictures => crops ? classifier.ClassifyCrops(pictures, count) : classifier.Classify(pictures, count)));
        return new([.. uploads.Select((upload, i) => problems.TryGetValue(i, out string? problem) ? new ToldPicture(upload.Name, [], problem) : new(upload.Name, predictions.Dequeue().Top, null))]);
    }
}

internal sealed record Told(IReadOnlyList<ToldPicture> Pictures);

internal sealed record ToldPicture(string Name, IReadOnlyList<ClassProbability> Top, string? Problem);

/// <summary>How far what goes on is, by keys that those who wait made up.</summary>
internal sealed class ProgressBoard
{
    private const int LongestKey = 64;

    private readonly ConcurrentDictionary<string, double> shares = new();

    public double? ShareOf(string key) => shares.TryGetValue(key, out double share) ? share : null;

    /// <summary>Null without a key.</summary>
    public Entry? Add(string? key) => string.IsNullOrEmpty(key) || key.Length > LongestKey ? null : new(shares, key);

    public sealed class Entry : IProgress<double>, IDisposable
    {
        private readonly ConcurrentDictionary<string, double> shares;
        private readonly string key;

        public Entry(ConcurrentDictionary<string, double> shares, string key)
        {
            (this.shares, this.key) = (shares, key);
            shares[key] = 0;
        }

        public void Report(double value) => shares[key] = value;

        public void Dispose() => shares.TryRemove(key, out _);
    }
}
