package main

import (
	"context"
	stderrors "errors"
	"flag"
	"log"
	"os"
	"path/filepath"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	provisionerName = "shop-cluster/folders"
	askedOf         = "volume.kubernetes.io/storage-provisioner"
	selectedNode    = "volume.kubernetes.io/selected-node"
	provisionedBy   = "pv.kubernetes.io/provisioned-by"
)

// folders gives each claim a folder of its own on the node its pod was scheduled to, and removes it with the claim.
// The volumes are of type `local`, so that the kubelet honours a pod's fsGroup.
type folders struct {
	client kubernetes.Interface
	root   string
}

func provisioner(args []string) error {
	flags := flag.NewFlagSet("provisioner", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "path to a kubeconfig")
	root := flags.String("root", "", "folder that holds the volumes")
	if err := flags.Parse(args); err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = 50, 100
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	f := folders{client, *root}
	for range time.Tick(250 * time.Millisecond) {
		if err := stderrors.Join(f.serve(context.Background()), f.reclaim(context.Background())); err != nil {
			log.Print(err)
		}
	}
	return nil
}

// serve makes volumes for new claims, and larger ones for claims that ask for more.
func (f folders) serve(ctx context.Context) error {
	claims, err := f.client.CoreV1().PersistentVolumeClaims("").List(ctx, meta.ListOptions{})
	if err != nil {
		return err
	}
	var failures []error
	for _, claim := range claims.Items {
		if claim.Annotations[askedOf] != provisionerName {
			continue
		}
		if claim.Annotations[selectedNode] != "" && claim.Spec.VolumeName == "" {
			failures = append(failures, f.provision(ctx, &claim))
		}
		wanted, has := claim.Spec.Resources.Requests[core.ResourceStorage], claim.Status.Capacity[core.ResourceStorage]
		if claim.Status.Phase == core.ClaimBound && wanted.Cmp(has) > 0 {
			failures = append(failures, f.grow(ctx, &claim))
		}
	}
	return stderrors.Join(failures...)
}

// reclaim removes the volumes whose claim is gone, unless they are to be kept.
func (f folders) reclaim(ctx context.Context) error {
	volumes, err := f.client.CoreV1().PersistentVolumes().List(ctx, meta.ListOptions{})
	if err != nil {
		return err
	}
	var failures []error
	for _, volume := range volumes.Items {
		ours := volume.Annotations[provisionedBy] == provisionerName && volume.Spec.Local != nil
		goes := volume.Spec.PersistentVolumeReclaimPolicy == core.PersistentVolumeReclaimDelete
		if ours && goes && volume.Status.Phase == core.VolumeReleased {
			failures = append(failures,
				os.RemoveAll(volume.Spec.Local.Path),
				f.client.CoreV1().PersistentVolumes().Delete(ctx, volume.Name, meta.DeleteOptions{}))
		}
	}
	return stderrors.Join(failures...)
}

func (f folders) provision(ctx context.Context, claim *core.PersistentVolumeClaim) error {
	name := "pvc-" + string(claim.UID)
	path := filepath.Join(f.root, name)
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	onItsNode := core.NodeSelectorRequirement{
		Key: core.LabelHostname, Operator: core.NodeSelectorOpIn, Values: []string{claim.Annotations[selectedNode]},
	}
	_, err := f.client.CoreV1().PersistentVolumes().Create(ctx, &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: name, Annotations: map[string]string{provisionedBy: provisionerName}},
		Spec: core.PersistentVolumeSpec{
			StorageClassName:              *claim.Spec.StorageClassName,
			PersistentVolumeReclaimPolicy: core.PersistentVolumeReclaimDelete,
			AccessModes:                   claim.Spec.AccessModes,
			Capacity:                      core.ResourceList{core.ResourceStorage: claim.Spec.Resources.Requests[core.ResourceStorage]},
			PersistentVolumeSource:        core.PersistentVolumeSource{Local: &core.LocalVolumeSource{Path: path}},
			ClaimRef: &core.ObjectReference{
				APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID,
			},
			NodeAffinity: &core.VolumeNodeAffinity{Required: &core.NodeSelector{NodeSelectorTerms: []core.NodeSelectorTerm{
				{MatchExpressions: []core.NodeSelectorRequirement{onItsNode}},
			}}},
		},
	}, meta.CreateOptions{})
	if errors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

// grow gives a bound claim the larger capacity it asks for; a folder has no size of its own.
func (f folders) grow(ctx context.Context, claim *core.PersistentVolumeClaim) error {
	wanted := claim.Spec.Resources.Requests[core.ResourceStorage]
	volume, err := f.client.CoreV1().PersistentVolumes().Get(ctx, claim.Spec.VolumeName, meta.GetOptions{})
	if err != nil {
		return err
	}
	volume.Spec.Capacity[core.ResourceStorage] = wanted
	if _, err := f.client.CoreV1().PersistentVolumes().Update(ctx, volume, meta.UpdateOptions{}); err != nil {
		return err
	}
	claim.Status.Capacity[core.ResourceStorage] = wanted
	claim.Status.Conditions = nil
	_, err = f.client.CoreV1().PersistentVolumeClaims(claim.Namespace).UpdateStatus(ctx, claim, meta.UpdateOptions{})
	return err
}
