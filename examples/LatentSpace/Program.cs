// What ML.NET's own trainers, and a mixture of normal distributions, make of the codes of a VAE: clusters, a map, outliers, new pictures.
//   dotnet run -c Release --project examples/LatentSpace [EPOCHS]
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen;
using MLNetGen.Examples.LatentSpace;

int epochs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 20;
var ml = new MLContext(seed: 1);

// Moons of every phase, and as pictures that are none of these, moons that lie on their side.
IDataView all = ml.Images.MoonPhases(2400, seed: 1);
IDataView moons = ml.Data.TakeRows(all, 2000), unseen = ml.Data.SkipRows(all, 2000);
using VaeTransformer vae = ml.Generative.Trainers.Vae(new VaeTrainer.Options { LatentDimension = 8, Epochs = epochs, Seed = 1 }).Fit(moons);
IDataView codes = ml.Data.Cache(vae.Transform(moons), "Latent", "Label", "ReconstructionError");

// Clusters: does k-means find the phases, which it was not told?
IDataView labelled = ml.Transforms.Conversion.MapValueToKey("Label").Fit(codes).Transform(codes);
var clusters = ml.Clustering.Trainers.KMeans("Latent", numberOfClusters: 8).Fit(labelled);
ClusteringMetrics clustering = ml.Clustering.Evaluate(clusters.Transform(labelled), labelColumnName: "Label", featureColumnName: "Latent");
Say($"k-means: normalised mutual information with the phases {clustering.NormalizedMutualInformation:F2}, Davies-Bouldin index {clustering.DaviesBouldinIndex:F2}");

// A map: ML.NET's principal components, coloured by phase.
ml.Generative.DrawLatent(codes).Save("codes.png");

// New moons where the codes are, beside ones from the standard normal distribution.
using GaussianMixtureTransformer mixture = ml.Generative.Trainers.GaussianMixture("Latent", numberOfComponents: 10).Fit(codes);
ml.Images.SaveGrid(vae.Decoder.Transform(mixture.Mixture.Sample(32, seed: 7)), "Image", "from-mixture.png");
ml.Images.SaveGrid(vae.Decoder.Transform(ml.Generative.SampleLatent(32, vae.LatentDimension, seed: 7)), "Image", "from-normal.png");

// Outliers by three figures: where principal components of the codes leave them, where the mixture is thin, and what the VAE cannot reconstruct.
IDataView test = vae.Transform(ml.Data.LoadFromEnumerable(Photo.Mixed(ml, unseen)));
var components = ml.AnomalyDetection.Trainers.RandomizedPca("Latent", rank: 4, seed: 1).Fit(codes);
Judge("principal components of the codes", components.Transform(test));
Judge("density of the mixture", ml.Generative.DetectOutliers("LogDensity", lowIsUnusual: true).Fit(mixture.Transform(codes)).Transform(mixture.Transform(test)));
Judge("reconstruction error", ml.Generative.DetectOutliers("ReconstructionError").Fit(codes).Transform(test));

// One number a moon: what an autoencoder makes of it, and what the noise and the KL term of a VAE do to that.
List<(Picture, string)> lines = [];
foreach ((string name, bool plain) in (ReadOnlySpan<(string, bool)>)[("autoencoder", true), ("VAE", false)])
{
    using VaeTransformer line = ml.Generative.Trainers.Vae(new VaeTrainer.Options { LatentDimension = 1, Autoencoder = plain, Epochs = epochs, Seed = 1 }).Fit(moons);
    lines.Add((ml.Generative.DrawCodeLine(line.Decoder, line.Encoder.Transform(moons)), name));
}
ContactSheet.Save("lines.png", lines, columns: 1, cellSize: 1100);
Say($"codes.png, from-mixture.png, from-normal.png and lines.png are in {Environment.CurrentDirectory}");

void Judge(string name, IDataView scored)
{
    AnomalyDetectionMetrics metrics = ml.AnomalyDetection.Evaluate(scored, labelColumnName: nameof(Photo.Unusual), falsePositiveCount: 20);
    Say($"outliers by {name}: area under the ROC curve {metrics.AreaUnderRocCurve:F3}, found at 20 false alarms {metrics.DetectionRateAtFalsePositiveCount:P0}");
}

static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
