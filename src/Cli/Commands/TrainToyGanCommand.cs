using System.CommandLine;

namespace MLNetGen.Cli.Commands;

internal static class TrainToyGanCommand
{
    public static Command Create()
    {
        Option<string> output = new("--out") { Description = "Folder for the animation and its last picture", DefaultValueFactory = _ => Path.Combine("out", "toy") };
        Option<int> steps = new("--steps") { Description = "Training steps", DefaultValueFactory = _ => new ToyGan1D.Options().Steps };
        Option<int> seed = new("--seed") { Description = "Same seed, same machine, same pictures", DefaultValueFactory = _ => 1 };
        Command command = new("toy-gan", "The smallest GAN, uniform noise to N(4, 0.5), as an animation: no data needed") { output, steps, seed };
        command.SetWork((parsed, cancel) =>
        {
            string folder = parsed.GetValue(output)!;
            ToyGan1D toy = ToyGan1D.Train(CommandContext.Create(seed: null), new() { Steps = parsed.GetValue(steps), Seed = parsed.GetValue(seed), CancellationToken = cancel });
            toy.Save(folder);
            ToyGanFrame last = toy.Frames[^1];
            JsonOutput.Add("step", last.Step);
            JsonOutput.Add("mean", last.Mean);
            JsonOutput.Add("deviation", last.Deviation);
            JsonOutput.Wrote(folder);
            Console.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"step {last.Step}: mean {last.Mean:F3} (data {ToyGan1D.DataMean}), deviation {last.Deviation:F3} (data {ToyGan1D.DataDeviation}); watch {Path.Combine(folder, "toy-gan.gif")}"));
            return 0;
        });
        return command;
    }
}

internal static class TrainToyMixtureCommand
{
    public static Command Create()
    {
        Option<string> output = new("--out") { Description = "Folder for the animation, its last picture and a page", DefaultValueFactory = _ => Path.Combine("out", "toy") };
        Option<int> seed = new("--seed") { Description = "Same seed, same numbers and steps", DefaultValueFactory = _ => 1 };
        Command command = new("toy-mixture", "Three normal distributions fitted to numbers by expectation maximisation, as an animation: no data needed") { output, seed };
        command.SetWork((parsed, cancel) =>
        {
            string folder = parsed.GetValue(output)!;
            ToyGaussianMixture toy = ToyGaussianMixture.Fit(CommandContext.Create(seed: null), parsed.GetValue(seed), cancel);
            toy.Save(folder);
            GaussianMixtureStep last = toy.Steps[^1];
            JsonOutput.Add("step", last.Step);
            JsonOutput.Add("logLikelihood", last.LogLikelihood);
            JsonOutput.Wrote(folder);
            Console.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"step {last.Step}: log p(x) {last.LogLikelihood:F3} nats; watch {Path.Combine(folder, "toy-mixture.gif")}"));
            return 0;
        });
        return command;
    }
}
