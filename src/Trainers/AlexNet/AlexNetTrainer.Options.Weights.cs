namespace MLNetGen;

public sealed partial class AlexNetTrainer
{
    public sealed partial class Options
    {
        /// <summary>
        /// A file of weights to start from: for <see cref="AlexNetNetwork.Torchvision"/> torchvision's published <c>alexnet</c> (.pth or .safetensors), or
        /// one of the same names and shapes (of colour pictures; grey ones then get three equal channels); for any network, a checkpoint of a run of the
        /// same network (<c>checkpoints/network-1.checkpoint</c>). Where it knows another number of classes, the last layer starts afresh. Null: random weights.
        /// </summary>
        public string? InitialWeights { get; set; }

        /// <summary>
        /// The last layers with weights that are trained, of 8 (9 with a sixth convolution); the others stay as they are in <see cref="InitialWeights"/>, and train nothing. 1 is the last
        /// layer alone, 3 the dense layers. Null: all.
        /// </summary>
        public int? TrainedLayers { get; set; }

        private void ValidateWeights()
        {
            if (TrainedLayers is { } layers)
                OptionCheck.AtLeast(nameof(TrainedLayers), layers, 1);
            if (TrainedLayers is not null && InitialWeights is null)
                throw new ArgumentException($"{nameof(TrainedLayers)} is {TrainedLayers} without {nameof(InitialWeights)}: the other layers would stay random. Set {nameof(InitialWeights)}, or leave it unset.");
        }
    }
}
