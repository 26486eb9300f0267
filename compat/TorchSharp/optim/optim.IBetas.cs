namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Gives access to the decay rates of two running averages.</summary>
        public interface IBetas
        {
            (double, double) Betas { get; set; }
        }
    }
}
