using System.CommandLine;
using System.Globalization;
using Microsoft.ML;

namespace MLNetGen.Cli.Commands;

internal static class GenerateCommand
{
    public static Command Create()
    {
        Option<string?> model = new Option<string?>("--model") { Description = "A run of training, or its model.zip", Required = true }.OfRun();
        Option<string> output = new Option<string>("--out") { Description = "The picture to write", DefaultValueFactory = _ => Path.Combine("out", "generated.png") }.Png();
        Option<int> count = new("--count") { Description = "How many new pictures", DefaultValueFactory = _ => 64 };
        Option<int> columns = new Option<int>("--columns") { Description = "Pictures in a row of the sheet", DefaultValueFactory = _ => 8 }.AtLeast(1);
        Option<int> seed = new("--seed") { Description = "Same seed, same pictures", DefaultValueFactory = _ => 1 };
        Option<int?> onlyClass = new("--class") { Description = "Of a model of classes: only this one, from 0; unset: all by turns" };
        Option<double?> truncation = new("--truncation") { Description = "Keep latent values within ± this, such as 1.5: more typical pictures, fewer kinds of them" };
        Option<int?> mixture = new("--mixture")
        {
            Description = "Of a VAE: draw latent vectors from so many normal distributions, fitted to the codes of --data, and not from the standard normal one",
        };
        Option<bool> nearest = new("--nearest") { Description = "Draw each picture over the one of --data that is nearest to it: does the model copy?" };
        DataSource data = new();
        data.Data.Required = false;
        data.Data.Description = "The training pictures, for --mixture and --nearest";
        Command command = new("generate", "Draw new pictures with a trained model") { model, output, count, columns, seed, onlyClass, truncation, mixture, nearest };
        data.AddTo(command);
        command.SetWork((parsed, cancel) =>
        {
            MLContext context = CommandContext.Create(parsed.GetValue(seed));
            context.Log += LogLines.Show;
            (string path, string to) = (parsed.GetValue(model)!, parsed.GetValue(output)!);
            if (parsed.GetValue(count) < 1)
                throw new ArgumentException($"--count is {parsed.GetValue(count)}; it must be at least 1.");
            if (parsed.GetValue(truncation) is { } limit && !(limit > 0))
                throw new ArgumentException($"--truncation is {limit}; it must be above 0.");
            if (parsed.GetValue(mixture) is < 1)
                throw new ArgumentException($"--mixture is {parsed.GetValue(mixture)}; it must be at least 1.");
            if (parsed.GetValue(mixture) is not null && parsed.GetValue(truncation) is not null)
                throw new ArgumentException("--truncation is for the standard normal distribution, and --mixture draws from another: give one of them.");
            if (parsed.GetValue(data.Data) is null && (parsed.GetValue(mixture) is not null || parsed.GetValue(nearest)))
                throw new ArgumentException($"{(parsed.GetValue(nearest) ? "--nearest" : "--mixture")} needs --data: the pictures that the model was trained on.");

            ITransformer loaded = ModelFile.LoadGenerative(context, path);
            using IDisposable sessions = (IDisposable)loaded;
            IDataView? train = parsed.GetValue(data.Data) is null ? null : data.LoadTrainAndTest(context, parsed, parsed.GetValue(seed)).Train;
            GaussianMixture? fitted = parsed.GetValue(mixture) is { } components
                ? Fitted(context, Drawing.Encode(loaded, train!, path, "--mixture"), components, parsed.GetValue(seed), cancel) : null;
            IDataView drawn = Drawing.Draw(context, loaded, parsed.GetValue(count), parsed.GetValue(seed), parsed.GetValue(onlyClass), parsed.GetValue(truncation), fitted);
            if (parsed.GetValue(nearest))
            {
                NearestPictures found = context.Generative.FindNearestPictures(drawn, train!);
                found.Save(to, parsed.GetValue(columns));
                JsonOutput.Add("nearest", found.Rows.Select(row => row.Distance));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"each over its nearest training picture: at {found.Rows.Min(row => row.Distance):F2} to {found.Rows.Max(row => row.Distance):F2}"));
            }
            else
            {
                context.Images.SaveGrid(drawn, "Image", to, parsed.GetValue(columns));
            }
            JsonOutput.Add("pictures", parsed.GetValue(count));
            JsonOutput.Add("seed", parsed.GetValue(seed));
            JsonOutput.Wrote(to);
            Console.WriteLine($"{parsed.GetValue(count)} new pictures are in {to}");
            return 0;
        });
        return command;
    }

    private static GaussianMixture Fitted(MLContext context, IDataView codes, int components, int seed, CancellationToken cancel)
    {
        using GaussianMixtureTransformer fitted = context.Generative.Trainers.GaussianMixture(
            new GaussianMixtureTrainer.Options { NumberOfComponents = components, Seed = seed, CancellationToken = cancel }).Fit(codes);
        return fitted.Mixture;
    }
}
