namespace TorchSharp;

public static partial class torch
{
    public static partial class linalg
    {
        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L') => Tensor.Pair(Aten.linalg_eigh.CallMany(input, UPLO.ToString()));

        public static Tensor eigvalsh(Tensor input, char UPLO = 'L') => Aten.linalg_eigvalsh.Call(input, UPLO.ToString());
    }
}
