using MLNetGen.Style;

namespace MLNetGen;

public sealed partial class StyleTransferTrainer
{
    /// <content>What the painting is judged by.</content>
    public sealed partial class Options
    {
        /// <inheritdoc cref="PaintingOptions.LossNetwork"/>
        public string? LossNetwork { get; set; }

        /// <summary>The layer that content is compared in; null takes the loss network's own: relu4_2 of a VGG.</summary>
        public string? ContentLayer { get; set; }

        /// <summary>The layers that style is compared in, and what each counts beside the others, above 0; null takes the loss network's own: relu1_1 to relu5_1 of a VGG, alike.</summary>
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
