namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public bool requires_grad
        {
            get => Native.Ask(Handle, Fact.RequiresGrad) != 0;
            set => Native.Check(Native.SetRequiresGrad(Handle, value ? 1 : 0));
        }

        public bool is_leaf => Native.Ask(Handle, Fact.IsLeaf) != 0;

        /// <summary>The gradient that backward left, or null.</summary>
        public Tensor? grad
        {
            get
            {
                var found = Native.Grad(Handle);
                return found == 0 ? null : new Tensor(found);
            }
            set => Native.Check(Native.SetGrad(Handle, value?.Handle ?? 0));
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        public void retain_grad() => Native.Check(Native.RetainGrad(Handle));

        public void backward() => autograd.backward([this]);

        public void backward(
            IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);

        public Tensor detach() => Aten.detach.Call(this);

        public Tensor detach_() => InPlace(Aten.detach_, this);
    }
}
