namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>What a module whose forward() takes one argument offers to its callers.</summary>
        public interface IModule<T, TResult>
        {
            TResult call(T input1);
        }
    }
}
