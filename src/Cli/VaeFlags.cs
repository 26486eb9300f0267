using System.CommandLine;

namespace MLNetGen.Cli;

/// <summary>What <c>train vae</c> can be told of the network and its objective.</summary>
internal sealed class VaeFlags
{
    private readonly Option<VaeArchitecture?> architecture = new("--network") { Description = "convolutional (the default) or mlp" };
    private readonly Option<VaeLikelihood> likelihood = new("--likelihood") { Description = "bernoulli, gaussian or discretizedLogistic", DefaultValueFactory = _ => VaeLikelihood.Bernoulli };
    private readonly Option<double> deviation = new("--deviation") { Description = "Deviation of the Gaussian likelihood, of the pixel range 0 to 1; a learnt one begins there", DefaultValueFactory = _ => 0.1 };
    private readonly Option<bool> learnDeviation = new("--learn-deviation") { Description = "The Gaussian likelihood learns its deviation" };
    private readonly Option<string?> labels = new("--label-column") { Description = "A VAE of classes, told to encoder and decoder: the column of labels, Label for subfolders and idx labels" };
    private readonly Option<int> latent = new("--latent-dim") { Description = "Length of the latent vector", DefaultValueFactory = _ => 20 };
    private readonly Option<int> size = new("--image-size") { Description = "Height and width in the network; 0: as the pictures are, at most 64" };
    private readonly Option<int> channels = new("--channels") { Description = "1 for grey, 3 for colour, 0: as the pictures are" };
    private readonly Option<bool> autoencoder = new("--autoencoder") { Description = "A plain autoencoder: no noise, no KL term" };
    private readonly Option<double> beta = new("--beta") { Description = "Weight of the KL term", DefaultValueFactory = _ => 1 };
    private readonly Option<double> warmUp = new("--kl-warm-up") { Description = "Epochs over which the KL term, or its capacity, comes in" };
    private readonly Option<double> freeBits = new("--free-bits") { Description = "Nats a latent dimension that the KL term does not charge for" };
    private readonly Option<double?> capacity = new("--capacity") { Description = "Nats a picture that the KL is held at: the KL term is beta times its distance" };
    private readonly Option<int> epochs = new("--epochs") { Description = "Passes over the training rows", DefaultValueFactory = _ => 20 };
    private readonly Option<double?> rate = new("--learning-rate", "--lr") { Description = "Adam's step size; unset: 0.002, of mlp 0.001 (0.004 of classes)" };
    private readonly Option<LearningRateSchedule?> schedule = new("--schedule") { Description = "constant or oneCycle; unset: oneCycle, of mlp without classes constant" };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[architecture, likelihood, deviation, learnDeviation, labels, latent, size, channels, autoencoder, beta, warmUp, freeBits, capacity, epochs, rate, schedule])
            command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(capacity) is not null && result.GetValue(freeBits) > 0)
                result.AddError("--capacity and --free-bits are two kinds of KL term: give one of them.");
            if (result.GetValue(learnDeviation) && result.GetValue(likelihood) == VaeLikelihood.Bernoulli)
                result.AddError("--learn-deviation needs a likelihood that has one: add --likelihood gaussian.");
            if (result.GetValue(autoencoder) && ((Option[])[beta, warmUp, freeBits, capacity]).Any(option => result.GetResult(option) is { Implicit: false }))
                result.AddError("--autoencoder has no KL term: leave --beta, --kl-warm-up, --free-bits and --capacity out.");
        });
    }

    public VaeTrainer.Options Options(ParseResult parsed) => new()
    {
        Architecture = parsed.GetValue(architecture),
        Likelihood = parsed.GetValue(likelihood),
        GaussianDeviation = parsed.GetValue(deviation),
        LearnDeviation = parsed.GetValue(learnDeviation),
        LabelColumnName = parsed.GetValue(labels),
        LatentDimension = parsed.GetValue(latent),
        ImageSize = parsed.GetValue(size),
        Channels = parsed.GetValue(channels),
        Autoencoder = parsed.GetValue(autoencoder),
        Beta = parsed.GetValue(beta),
        KlWarmUpEpochs = parsed.GetValue(warmUp),
        FreeBits = parsed.GetValue(freeBits),
        Capacity = parsed.GetValue(capacity),
        Epochs = parsed.GetValue(epochs),
        LearningRate = parsed.GetValue(rate),
        Schedule = parsed.GetValue(schedule),
    };
}
