namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Gives access to a learning rate.</summary>
        public interface ILearningRateController
        {
            double LearningRate { get; set; }

            double InitialLearningRate { get; set; }
        }
    }
}
