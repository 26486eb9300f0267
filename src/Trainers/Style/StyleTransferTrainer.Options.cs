using MLNetGen.Style;

namespace MLNetGen;

public sealed partial class StyleTransferTrainer
{
    /// <summary>
    /// Which paintings, on what pictures, which networks, and how to train. Adam, its rate, the size, the steps of four and two passes are the classic TensorFlow code's;
    /// it has <see cref="StylePadding.Same"/>, <see cref="StyleUpsampling.TransposedConvolution"/>, no mirror images, no collages and no limit of the gradient.
    /// </summary>
    public sealed class Options : TrainingOptions
    {
        /// <summary>Two passes over the content pictures, in steps of four.</summary>
        public Options() => Epochs = 2;

        /// <summary>The column of content pictures (MLImage); any sizes.</summary>
        public string InputColumnName { get; set; } = "Image";

        /// <summary>The column that the transformer adds: pictures (MLImage) of the size of the input's.</summary>
        public string OutputColumnName { get; set; } = "Stylized";

        /// <summary>Files of the paintings to learn, of any kind that <see cref="PictureFile"/> reads: one, or several for one network that mixes them. Transparency lies on white.</summary>
        public IReadOnlyList<string> StylePictures { get; set; } = [];

        /// <summary>The painting's shorter side in training, as a multiple of <see cref="ImageSize"/>, at most its own: larger gives larger strokes. Above 0.</summary>
        public double StyleScale { get; set; } = 1.5;

        /// <summary>Height and width of the content pictures in training, in pixels; a multiple of 4, at least 64.</summary>
        public int ImageSize { get; set; } = 256;

        /// <summary>Mirrors content pictures left and right in half of the cases. The classic code does not.</summary>
        public bool HorizontalFlip { get; set; } = true;

        /// <summary>
        /// Makes collages of four of half of the content pictures, and changes contrast and brightness of all: photographs are painted better for it, above all
        /// where the content pictures are smaller than <see cref="ImageSize"/>. The classic code does not.
        /// </summary>
        public bool AugmentContent { get; set; } = true;

        /// <summary>The network that paints.</summary>
        public StyleNetwork Network { get; set; } = StyleNetwork.Full;

        /// <summary>How it grows back to the picture's size.</summary>
        public StyleUpsampling Upsampling { get; set; } = StyleUpsampling.NearestConvolution;

        /// <summary>What it sees beyond the edge.</summary>
        public StylePadding Padding { get; set; } = StylePadding.Reflection;

        /// <summary>Steps in all; null takes <see cref="TrainingOptions.Epochs"/> passes over the content pictures.</summary>
        public int? Steps { get; set; }

        /// <summary>Adam's step size.</summary>
        public double LearningRate { get; set; } = 1e-3;

        /// <summary>How the rate moves.</summary>
        public LearningRateSchedule Schedule { get; set; } = LearningRateSchedule.Constant;

        /// <summary>
        /// The gradient of a step is scaled down to this Euclidean norm where it is longer. Null: 1 with calibrated weights, none with published ones, as the classic
        /// code. An untrained network's first losses are hundreds of times the later ones; Adam remembers them for a thousand steps, and moves too
        /// little meanwhile.
        /// </summary>
        public double? MaximumGradientNorm { get; set; }

        /// <summary>
        /// Pictures that training is judged by and that snapshots show, as files; they are shrunk to a longer side of
        /// <see cref="TestPictureSize"/>. Empty: the first two of <see cref="TrainingOptions.ValidationSet"/>, or of the content pictures.
        /// </summary>
        public IReadOnlyList<string> TestPictures { get; set; } = [];

        /// <summary>The longer side of test pictures, in pixels; null: twice <see cref="ImageSize"/>, at most the picture's own.</summary>
        public int? TestPictureSize { get; set; }

        /// <summary>Steps between two snapshots and checkpoints; null: a twentieth of all steps, at least 20.</summary>
        public int? SnapshotInterval { get; set; }

        /// <summary>Bytes of content pictures kept in memory; more lie in a mapped temporary file in the workspace.</summary>
        public long MemoryBudget { get; set; } = PictureSetOptions.DefaultMemoryBudget;

        /// <summary>Called after every step, on the training thread: keep it short.</summary>
        public Action<StyleTransferProgress>? ProgressCallback { get; set; }

        /// <summary>Called after every snapshot.</summary>
        public Action<StyleTransferRound>? MetricsCallback { get; set; }

        internal override void Validate()
        {
            base.Validate();
            OptionCheck.Named(nameof(InputColumnName), InputColumnName, "the column of content pictures");
            OptionCheck.Named(nameof(OutputColumnName), OutputColumnName, "the column to add");
            if (StylePictures.Count == 0)
                throw new ArgumentException($"{nameof(StylePictures)} is empty: name a painting to learn.");
            OptionCheck.Positive(nameof(StyleScale), StyleScale);
            OptionCheck.AtLeast(nameof(ImageSize), ImageSize, SmallestImageSize);
            if (ImageSize % StyleShape.Multiple != 0)
                throw new ArgumentOutOfRangeException(nameof(ImageSize), ImageSize, $"{nameof(ImageSize)} is {ImageSize}; it must be a multiple of {StyleShape.Multiple}: {ImageSize / StyleShape.Multiple * StyleShape.Multiple}, say.");
            OptionCheck.AtLeast(nameof(Steps), Steps ?? 1, 1);
            OptionCheck.Positive(nameof(LearningRate), LearningRate);
            OptionCheck.Positive(nameof(MaximumGradientNorm), MaximumGradientNorm ?? 1);
            OptionCheck.AtLeast(nameof(TestPictureSize), TestPictureSize ?? SmallestImageSize, SmallestImageSize);
            OptionCheck.AtLeast(nameof(SnapshotInterval), SnapshotInterval ?? 1, 1);
            ValidateLosses();
        }

        private const int SmallestImageSize = 64;

        /// <inheritdoc cref="PaintingOptions.LossNetwork"/>
        public string? LossNetwork { get; set; }

        /// <summary>The layer that content is compared in; null takes the loss network's own: stage1 of ResNet-18, relu4_2 of a VGG.</summary>
        public string? ContentLayer { get; set; }

        /// <summary>The layers that style is compared in, and what each counts beside the others, above 0; null takes the loss network's own: conv1 and stage1 to stage3 of ResNet-18, relu1_1 to relu5_1 of a VGG, alike.</summary>
        public IReadOnlyDictionary<string, double>? StyleLayers { get; set; }

        /// <summary>
        /// Weight of the content term; null: 7.5 for imagenet-vgg-verydeep-19.mat. Other loss networks' terms are calibrated: 0.3 there, of the variance of the
        /// photographs' content.
        /// </summary>
        public double? ContentWeight { get; set; }

        /// <summary>
        /// Weight of the style term; null: 100 for imagenet-vgg-verydeep-19.mat. Calibrated: 1, of the style loss of photographs that merely have the painting's
        /// colours.
        /// </summary>
        public double? StyleWeight { get; set; }

        /// <summary>
        /// Weight of the total variation; null: 200 for imagenet-vgg-verydeep-19.mat. Calibrated: 0.01, of the total variation of photographs that merely have
        /// the painting's colours.
        /// </summary>
        public double? TotalVariationWeight { get; set; }

        /// <summary>
        /// Weight of the temporal term, for video: the mean squared difference, on a scale of 0 to 255, of a picture's painting and that of the
        /// same picture with noise, moved by a few pixels. 0, the default, leaves it out; training then takes half the time.
        /// </summary>
        public double TemporalWeight { get; set; }

        private void ValidateLosses()
        {
            LossOptionCheck.Validate(ContentWeight, StyleWeight, TotalVariationWeight, StyleLayers);
            OptionCheck.NotNegative(nameof(TemporalWeight), TemporalWeight);
        }
    }
}
