namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>What a module whose forward() takes two arguments offers to its callers.</summary>
        public interface IModule<T1, T2, TResult>
        {
            TResult call(T1 input1, T2 input2);
        }
    }
}
